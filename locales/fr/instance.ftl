# A second start, where the first one holds the profile and says nothing.
instance-silent = Estafette est déjà ouverte avec ce profil, mais ne répond pas. Attendez un instant puis réessayez ; si cela ne suffit pas, redémarrez votre session.
# The environment names a proxy whose address, or the handing over of it, is broken.
proxy-unusable = L’accès au réseau réglé sur cet ordinateur (proxy) ne peut pas être utilisé. Faites vérifier ce réglage par votre service informatique.
