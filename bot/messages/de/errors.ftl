# What went wrong, and what to do. Keys of the engine's own errors are "photo-" and their code.

photo-empty-file = Die Datei ist leer. Schick sie noch einmal oder nimm ein anderes Foto.
photo-not-an-image = Das ist kein Bild. Schick ein Foto als JPEG, PNG, WebP, HEIC, AVIF oder GIF.
photo-unsupported-image = Diese Art von Bild kann ich nicht lesen. Schick das Foto als JPEG oder PNG.
photo-damaged-image = Das Bild ist beschädigt oder unvollständig. Schick es noch einmal oder nimm ein anderes Foto.
photo-too-many-pixels = Das Bild hat zu viele Pixel. Schick es kleiner.
photo-image-too-small = Das Bild hat zu wenige Pixel, um eine Karte zu erkennen. Schick ein größeres.
photo-file-too-large = Die Datei ist zu groß. Schick das Foto kleiner.

not-discord = Ich lade Fotos nur von Discord selbst.
photo-late = Discord hat das Foto nicht rechtzeitig geliefert. Bitte versuch es noch einmal.
photo-not-had = Discord hat das Foto nicht geliefert. Bitte versuch es in einer Minute noch einmal.
photo-gone = Das Foto ist nicht mehr da. Bitte poste es noch einmal.
photo-too-large = Das Foto ist größer als { $mebibytes } MiB. Bitte schick ein kleineres.
busy = { $waiting ->
    [one] Es wartet schon { $waiting } Foto. Bitte versuch es in einer Minute noch einmal.
   *[other] Es warten schon { $waiting } Fotos. Bitte versuch es in einer Minute noch einmal.
}
too-late = Das hat zu lange gedauert, deshalb habe ich aufgegeben. Bitte versuch es in einer Minute noch einmal.
recognisers-away = Ich kann mir gerade keine Fotos ansehen. Bitte versuch es in ein paar Minuten noch einmal.
memory-away = Ich komme gerade nicht an mein Gedächtnis, deshalb ist nicht alles davon geschehen. Bitte versuch es in ein paar Minuten noch einmal.
stopping = Ich werde gerade neu gestartet. Bitte versuch es in einer Minute noch einmal.
incident = Bei mir ist etwas schiefgegangen (Code { $code }). Am Foto muss es nicht liegen: Versuch es noch einmal.
