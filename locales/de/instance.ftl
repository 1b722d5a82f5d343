# A second start, where the first one holds the profile and says nothing.
instance-silent = Estafette ist mit diesem Profil schon geöffnet, antwortet aber nicht. Warten Sie einen Moment und versuchen Sie es noch einmal; wenn das nicht hilft, melden Sie sich am Rechner ab und wieder an.
# The environment names a proxy whose address, or the handing over of it, is broken.
proxy-unusable = Der Zugang zum Netz, der auf diesem Rechner eingestellt ist (Proxy), kann nicht benutzt werden. Lassen Sie die Einstellung von Ihrer Verwaltung prüfen.
