# The recovery key and what a device can do without it.
encryption-key-title = Gardez votre clé de récupération
encryption-key-text = Elle rouvre vos messages chiffrés sur un nouvel appareil, ou si l’appareil actuel est perdu. Elle ne sera montrée qu’une fois, et personne ne pourra vous la redonner.
encryption-key-label = Votre clé de récupération
encryption-key-loading = Création de votre clé…
encryption-key-copy = Copier
encryption-key-copied = Clé copiée.
encryption-key-copy-failed = La clé n’a pas pu être copiée. Enregistrez-la dans un fichier, ou notez-la.
encryption-key-save = Enregistrer…
encryption-key-saved = Clé enregistrée dans le fichier.
encryption-key-advice = Gardez-la hors de cet ordinateur : dans un coffre-fort de mots de passe, ou sur papier sous clé.
encryption-key-kept = Ma clé est en lieu sûr
encryption-key-continue = Continuer
encryption-setting-up = Préparation du chiffrement de vos messages…
encryption-setting-up-text = Vos clés de chiffrement sont en préparation. Vous pourrez écrire ici dans un instant.
encryption-needed = Cet appareil n’est pas encore confirmé.
encryption-needed-text = Il ne peut ni lire ni envoyer de messages chiffrés.
encryption-enter-key = Saisir la clé de récupération
encryption-recover-title = Confirmer cet appareil
encryption-recover-text = Saisissez la clé de récupération gardée à votre première connexion. Vos messages chiffrés deviendront lisibles ici.
encryption-recover-field = Clé de récupération
encryption-recover-hint = Avec ou sans espaces.
encryption-recover = Confirmer l’appareil
encryption-recovered = Cet appareil est confirmé.
encryption-backup = Vos messages chiffrés ne sont pas tous sauvegardés.
encryption-backup-text = Vous pouvez lire et écrire ici, mais certains resteraient illisibles sur un nouvel appareil. Votre clé de récupération peut rétablir la sauvegarde.
encryption-backup-mend = Rétablir la sauvegarde
encryption-backup-mend-text = Saisissez votre clé de récupération. Les messages que vous pouvez lire ici seront de nouveau sauvegardés.
encryption-backup-mended = La sauvegarde est rétablie.
encryption-composer-title = Vous ne pouvez pas encore écrire ici
encryption-composer-text = Cet appareil n’est pas confirmé : il ne peut ni envoyer de messages chiffrés ni en recevoir.
encryption-impossible = Vos messages chiffrés ne peuvent pas être ouverts sur cet appareil.
encryption-impossible-text = Aucune clé de récupération n’a été créée pour ce compte. Utilisez un appareil déjà connecté à ce compte, ou demandez à votre service informatique.
encryption-impossible-composer = Vous ne pouvez pas écrire ici

# The file's name that the save dialog proposes for the recovery key.
encryption-key-file = Clé de récupération Estafette.txt
