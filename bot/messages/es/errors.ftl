# What went wrong, and what to do. Keys of the engine's own errors are "photo-" and their code.

photo-empty-file = El archivo está vacío. Envíalo otra vez o envía otra foto.
photo-not-an-image = Esto no es una imagen. Envía una foto en JPEG, PNG, WebP, HEIC, AVIF o GIF.
photo-unsupported-image = No puedo leer este tipo de imagen. Envía la foto en JPEG o PNG.
photo-damaged-image = La imagen está dañada o incompleta. Envíala otra vez o envía otra foto.
photo-too-many-pixels = La imagen tiene demasiados píxeles. Envía una copia más pequeña.
photo-image-too-small = La imagen tiene muy pocos píxeles para distinguir una carta. Envía una más grande.
photo-file-too-large = El archivo es demasiado grande. Envía una copia más pequeña de la foto.

not-discord = Solo descargo fotos que estén en Discord.
photo-late = Discord no entregó la foto a tiempo. Inténtalo de nuevo.
photo-not-had = Discord no entregó la foto. Inténtalo de nuevo dentro de un minuto.
photo-gone = La foto ya no está. Publícala otra vez.
photo-too-large = La foto ocupa más de { $mebibytes } MiB. Envía una más pequeña.
busy = { $waiting ->
    [one] Ya hay { $waiting } foto esperando. Inténtalo de nuevo dentro de un minuto.
   *[other] Ya hay { $waiting } fotos esperando. Inténtalo de nuevo dentro de un minuto.
}
too-late = Tardaba demasiado y lo he dejado. Inténtalo de nuevo dentro de un minuto.
recognisers-away = Ahora mismo no puedo mirar fotos. Inténtalo de nuevo dentro de unos minutos.
memory-away = Ahora mismo no puedo acceder a mi memoria, así que no se ha hecho todo. Inténtalo de nuevo dentro de unos minutos.
stopping = Me están reiniciando. Inténtalo de nuevo dentro de un minuto.
incident = Algo ha fallado por mi parte (código { $code }). Puede que la foto esté bien: inténtalo una vez más.
