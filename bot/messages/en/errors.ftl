# What went wrong, and what to do. Keys of the engine's own errors are "photo-" and their code.

photo-empty-file = The file is empty. Send it again, or send another photo.
photo-not-an-image = This isn’t a picture. Send a photo as JPEG, PNG, WebP, HEIC, AVIF or GIF.
photo-unsupported-image = I can’t read this kind of image. Please send the photo as JPEG or PNG.
photo-damaged-image = This picture is damaged or incomplete. Send it again, or send another photo.
photo-too-many-pixels = The picture has too many pixels. Send a smaller copy.
photo-image-too-small = This image is too small to make out a card. Please send a larger one.
photo-file-too-large = The file is too large. Send a smaller copy of the photo.

not-discord = I only fetch photos from Discord itself.
photo-late = Discord did not deliver the photo in time. Please try again.
photo-not-had = Discord did not deliver the photo. Please try again in a minute.
photo-gone = That photo is gone. Please post it again.
photo-too-large = The photo is larger than { $mebibytes } MiB. Please send a smaller one.
busy = { $waiting ->
    [one] { $waiting } photo is already waiting. Please try again in a minute.
   *[other] { $waiting } photos are already waiting. Please try again in a minute.
}
too-late = That took too long, so I gave up. Please try again in a minute.
recognisers-away = I can’t look at photos at the moment. Please try again in a few minutes.
memory-away = I can’t reach my database right now, so not all of that was done. Please try again in a few minutes.
stopping = I’m restarting. Please try again in a minute.
incident = Something went wrong on my side (code { $code }). Your photo may be fine: please try again.
