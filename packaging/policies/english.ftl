# The interface of Estafette speaks French and German, not English. These words are here for one file alone: the English
# template for group policies (windows/en-US/estafette.adml), which Windows falls back on where it has no language of ours.
policy-section-servers = Servers
policy-section-encryption = Encryption
policy-section-notifications = Notifications
policy-section-messages = Messages
policy-section-interface = Interface
policy-section-brand = Branding
policy-section-links = Links
policy-section-network = Network
policy-section-log = Log
policy-section-start = Start

policy-servers-allowed = Allowed servers
policy-servers-allowed-text = The servers that people may sign in to. If nothing is set, all are allowed; with an empty list, none. A list that is only recommended forbids nothing. A server is named as in Matrix IDs, or by the host name of its address, without https://.
policy-servers-discovery = How the server is found
policy-servers-discovery-text = How Estafette finds the server of an address. With “{ policy-servers-discovery-fixed }”, if no fixed server is set, only the servers of the list are allowed.
policy-servers-discovery-well-known = By the .well-known file of the domain
policy-servers-discovery-fixed = Always the fixed server
policy-servers-fixed = Fixed server
policy-servers-fixed-text = The server of everybody: a name is enough to sign in. It does not count if “{ policy-servers-discovery }” is “{ policy-servers-discovery-well-known }”.

policy-encryption-recipients = Devices that get keys
policy-encryption-recipients-text = The devices that get the keys of encrypted messages. On all others, the messages cannot be read. With “{ policy-encryption-recipients-verified }”, only people whom the user has verified can read the user’s messages; verifying people is not yet possible in Estafette, only in another application.
policy-encryption-recipients-signed = Confirmed devices
policy-encryption-recipients-verified = Devices of verified people

policy-notifications-content = Content of notifications
policy-notifications-content-text = What a notification shows of a new message.
policy-notifications-content-full = Sender and message
policy-notifications-content-sender = Sender only
policy-notifications-content-nothing = Neither

policy-messages-images = Sending images
policy-messages-images-text = Allows images to be sent, and one’s own picture to be chosen. Otherwise images that wait to be sent are held back. Images from others are shown in any case.
policy-messages-receipts = Read receipts
policy-messages-receipts-text = Others see how far you have read.

policy-interface-language = Language
policy-interface-language-text = The language of the whole window. Messages stay in the language that they were written in.
policy-interface-language-fr = French
policy-interface-language-de = German
policy-interface-theme = Colours
policy-interface-theme-text = The colours of the whole window. Even where they are set, “{ policy-interface-theme-contrast }” can always be chosen.
policy-interface-theme-system = As the system
policy-interface-theme-light = Light
policy-interface-theme-dark = Dark
policy-interface-theme-contrast = High contrast

policy-brand-name = Name of the service
policy-brand-name-text = The name that stands instead of “Estafette” where people sign in.
policy-brand-logo = Logo
policy-brand-logo-text = The picture beside that name: PNG, JPEG, GIF or WebP, of 1 MiB at most.
policy-brand-accent = Colour of buttons
policy-brand-accent-text = The colour of buttons and of what is active. Estafette makes shades of it that can be read on light and on dark grounds.

policy-links-help = Help
policy-links-help-text = The help page of your organisation.
policy-links-terms = Terms of use
policy-links-terms-text = The page with the terms of use.
policy-links-privacy = Privacy
policy-links-privacy-text = The page that says what becomes of personal data.
policy-links-imprint = Legal notice
policy-links-imprint-text = The page that says who is responsible for the service.
policy-links-accessibility = Accessibility
policy-links-accessibility-text = The accessibility statement.
policy-links-status = Status of the services
policy-links-status-text = The page that says whether the services work.

policy-network-proxy-mode = Use of a proxy
policy-network-proxy-mode-text = Through which proxy Estafette reaches the server.
policy-network-proxy-mode-system = That of the system
policy-network-proxy-mode-none = None
policy-network-proxy-mode-manual = The one that is named
policy-network-proxy = Address of the proxy
policy-network-proxy-text = It counts if “{ policy-network-proxy-mode }” is “{ policy-network-proxy-mode-manual }” or not set. With socks5h, the proxy looks up the addresses of servers; with socks5, this computer does. Everybody can read this value: it takes neither a user name nor a password.
policy-network-proxy-exceptions = Reached without the proxy
policy-network-proxy-exceptions-text = What is reached without the proxy: a name with all its subdomains, an IP address or a network. It counts only where “{ policy-network-proxy }” is set by the same source or by a weaker one.
policy-network-root-certificates = Certificate authorities
policy-network-root-certificates-text = PEM files of authorities that are trusted as well as those of the system.

policy-log-level = Detail of the log
policy-log-level-text = What is written to the log. At no level does it hold messages or secrets.
policy-log-level-error = Errors only
policy-log-level-warn = Errors and warnings
policy-log-level-info = Normal events
policy-log-level-debug = Each step
policy-log-folder = Folder of the log
policy-log-folder-text = The folder of the logs, with a subfolder for each person and profile. It must exist, and everybody must be able to make a subfolder there; otherwise the log stays with the data of Estafette.

policy-start-background = Start in the background
policy-start-background-text = Estafette starts without opening its window; its icon opens it afterwards.

# What is expected.
policy-kind-switch = true or false (in the registry of Windows, 1 or 0)
policy-kind-choice = one of the known words
policy-kind-text = a short text on one line
policy-kind-server = the name of a server, such as matrix.example.org
policy-kind-servers = a list of names of servers, such as matrix.example.org
policy-kind-link = an address that begins with https://
policy-kind-proxy = an http, https, socks5 or socks5h address without a user name and a password, such as http://proxy.example.org:3128
policy-kind-hosts = a list of names, IP addresses or networks, such as intranet.example.org or 10.0.0.0/8
policy-kind-colour = a colour, such as #000091

# The template itself.
files-recommended = Estafette: recommended values
files-recommended-text = These values hold until people choose others.
files-supported = Estafette 0.1 and later
files-expected = Expected: { $kind }.
files-kind-file = the full path of a file, such as C:\Program Files\Ministry\logo.png
files-kind-files = a list of full paths of files, such as C:\Program Files\Ministry\authority.pem
files-kind-folder = the full path of a folder, such as C:\ProgramData\Estafette\Logs
files-at-once = A change is obeyed within a minute, without a restart.
files-at-sign-in = A change is obeyed within a minute where one signs in; an account that is open already stays so until the next start.
files-next-start = A change is obeyed when Estafette starts the next time.
files-safe = If the value makes no sense, the strictest one holds: “{ $value }”.
files-on = enabled
files-off = disabled
files-empty = an empty list
