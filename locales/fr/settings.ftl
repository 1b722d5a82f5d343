# What the user may choose.
settings-language = Langue
settings-theme = Apparence
settings-theme-system = Comme le système
settings-theme-light = Claire
settings-theme-dark = Sombre
settings-theme-contrast = Contraste élevé
