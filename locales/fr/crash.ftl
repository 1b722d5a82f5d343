# That Estafette stopped unexpectedly, told at the next start; and that its page does, again and again.
crash-text = Estafette s’est arrêtée de façon inattendue le { $time }.
crash-safe = Vos messages et vos brouillons sont conservés.
crash-reference = Référence pour votre service informatique : { $ref }.
crash-page = L’affichage d’Estafette s’arrête sans cesse. Vos messages et vos brouillons sont conservés. Redémarrez l’ordinateur ; si cela ne suffit pas, appelez votre service informatique.
