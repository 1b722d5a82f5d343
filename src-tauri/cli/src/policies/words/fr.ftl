# Words of the files for administrations that the interface has no use for.
files-recommended = Estafette : valeurs conseillées
files-recommended-text = Ces valeurs s’appliquent tant que rien d’autre n’est choisi.
files-supported = Estafette 0.1 ou plus récente
files-expected = Attendu : { $kind }.
files-kind-file = le chemin complet d’un fichier, par exemple C:\Program Files\Ministere\logo.png
files-kind-files = une liste de chemins complets de fichiers, par exemple C:\Program Files\Ministere\autorite.pem
files-kind-folder = le chemin complet d’un dossier, par exemple C:\ProgramData\Estafette\Logs
files-at-once = Un changement est appliqué dans la minute, sans redémarrage.
files-at-sign-in = Un changement est appliqué dans la minute sur l’écran de connexion ; un compte déjà ouvert le reste jusqu’au démarrage suivant.
files-next-start = Un changement est appliqué au prochain démarrage d’Estafette.
files-safe = Si la valeur est erronée, la plus stricte s’applique : « { $value } ».
files-on = activé
files-off = désactivé
files-empty = une liste vide

guide-schema = Une configuration d’Estafette, lue dans /etc/estafette/policies.
guide-values = Valeurs : { $values }
guide-longest = { $kind }, de { $count } caractères au plus
guide-order = De la plus souple à la plus stricte : { $order }
guide-strict = La plus stricte : { $value }
guide-common = Le serveur du compte ne peut qu’en retirer.
guide-choice = Conseillée ou fixée à l’installation, la valeur reste modifiable.
guide-example = Exemple : { $json }
guide-registry = Registre de Windows : { $path }, valeur { $name } ({ $type })
