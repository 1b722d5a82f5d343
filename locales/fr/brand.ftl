# The pages of an organisation, where one signs in.
brand-links = Pages de votre organisation, dans le navigateur
brand-help = Aide
brand-terms = Conditions d’utilisation
brand-privacy = Données personnelles
brand-imprint = Mentions légales
brand-accessibility = Accessibilité
brand-status = État des services
