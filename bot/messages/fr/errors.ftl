# What went wrong, and what to do. Keys of the engine's own errors are "photo-" and their code.

photo-empty-file = Le fichier est vide. Renvoie-le, ou envoie une autre photo.
photo-not-an-image = Ce n’est pas une image. Envoie une photo en JPEG, PNG, WebP, HEIC, AVIF ou GIF.
photo-unsupported-image = Je ne peux pas lire ce type d’image. Envoie la photo en JPEG ou en PNG.
photo-damaged-image = L’image est abîmée ou incomplète. Renvoie-la, ou envoie une autre photo.
photo-too-many-pixels = L’image a trop de pixels. Envoie-la en plus petit.
photo-image-too-small = L’image a trop peu de pixels pour y voir une carte. Envoie-la en plus grand.
photo-file-too-large = Le fichier est trop gros. Envoie la photo en plus petit.

not-discord = Je ne récupère que des photos hébergées par Discord.
photo-late = Discord n’a pas livré la photo à temps. Réessaie.
photo-not-had = Discord n’a pas livré la photo. Réessaie dans une minute.
photo-gone = La photo n’est plus là. Poste-la à nouveau.
photo-too-large = La photo dépasse { $mebibytes } Mio. Envoies-en une plus petite.
busy = { $waiting ->
    [one] { $waiting } photo attend déjà. Réessaie dans une minute.
   *[other] { $waiting } photos attendent déjà. Réessaie dans une minute.
}
too-late = C’était trop long, j’ai abandonné. Réessaie dans une minute.
recognisers-away = Je ne peux pas regarder de photos pour le moment. Réessaie dans quelques minutes.
memory-away = Je n’ai pas accès à ma mémoire pour le moment, donc tout n’a pas été fait. Réessaie dans quelques minutes.
stopping = On est en train de me redémarrer. Réessaie dans une minute.
incident = Quelque chose s’est mal passé de mon côté (code { $code }). La photo n’y est peut-être pour rien : réessaie une fois.
