# That Estafette stopped unexpectedly, told at the next start.
crash-text = Estafette s’est arrêtée de façon inattendue le { $time }.
crash-safe = Vos messages et vos brouillons sont conservés.
crash-reference = Référence pour votre service informatique : { $ref }.
