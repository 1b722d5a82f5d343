# That Estafette stopped unexpectedly or met a defect, told at the next start; and that its page stops, again and again.
crash-text = Estafette s’est arrêtée de façon inattendue le { $time }.
crash-safe = Vos messages et vos brouillons sont conservés.
crash-went-on = Une erreur interne s’est produite le { $time }. Estafette a continué, mais une action n’a peut-être pas abouti.
crash-reference = Référence pour votre service informatique : { $ref }.
crash-page = L’affichage d’Estafette s’arrête sans cesse. Vos messages et vos brouillons sont conservés. Redémarrez l’ordinateur ; si cela ne suffit pas, appelez votre service informatique.
