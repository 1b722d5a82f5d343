# The pages of an organisation, where one signs in.
brand-links = Seiten Ihrer Organisation, im Browser
brand-help = Hilfe
brand-terms = Nutzungsbedingungen
brand-privacy = Datenschutz
brand-imprint = Impressum
brand-accessibility = Barrierefreiheit
brand-status = Status der Dienste
