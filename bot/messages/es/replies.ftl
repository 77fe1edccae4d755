# What is said of photos and the cards in them.

sure = seguro, { $percent }{"\u00A0"}%
probably = probablemente, { $percent }{"\u00A0"}%
perhaps = quizás, { $percent }{"\u00A0"}%
confirmed = confirmado

unknown-card = una carta que no sé nombrar
unknown-card-because = una carta que no sé nombrar ({ $reason })
reason-not-magic = no parece la cara de una carta de Magic
reason-too-small = demasiado pequeña: acércate más
reason-too-blurred = demasiado borrosa: no te muevas, más luz
reason-not-known = no conozco ninguna carta con ese nombre
reason-unreadable = no se lee su nombre: menos reflejos, nada encima

better-photo = Lo mejor: más de cerca, justo desde arriba y con menos reflejos.
no-card = No veo en esta foto ninguna carta de Magic que sepa nombrar. Lo mejor: más de cerca, justo desde arriba y con menos reflejos.
no-photo = En ese mensaje no hay ninguna foto. Puedo leer JPEG, PNG, WebP, GIF, HEIC y AVIF.
token = ficha
cards-found = { $count ->
    [one] { $count } carta
   *[other] { $count } cartas
}
photo-number = Foto { $number }
and-more = … y { $count } más
times = { $count }×

printing-probably = probablemente { $printing }
printing-line = Impresión: { $printings }
printings-two = { $first } o { $second }
printings-more = { $printings } o { $count } más
or-is-it = ¿O es { $names }?
names-or = { $names } o { $last }

annotated-alt = La foto con sus cartas recuadradas y numeradas: { $cards }
card-alt = La carta { $name }

button-wrong = ¿No es esta?
button-list = Todas las cartas
button-export = Exportar
button-remove = Eliminar
button-back = Anterior
button-next = Siguiente
list-page = Página { $page } de { $pages }
which-is-it = ¿Qué carta es?
which-is-card = ¿Cuál es la carta { $number }?
price = { $amount } ({ DATETIME($date, dateStyle: "medium") })

# Putting an answer right.
which-is-wrong = ¿Qué carta no es correcta?
choose-card = Elige la carta
choose-card-from = Elige entre las cartas { $first } a { $last }
choose-name = Elige su nombre
choose-printing = Elige su impresión
panel-card = **Carta { $number }**: { $said }
button-right = Es correcta
button-type = Escribir el nombre, o la edición y el número
form-title = Carta { $number }
form-name = Nombre
form-printing = Edición y número de coleccionista
form-printing-hint = Como al pie de la carta, por ejemplo M10 146. Opcional.
names-like = No conozco ninguna carta llamada «{ $text }». ¿Es alguna de estas?
no-name-like = No conozco ninguna carta con un nombre parecido a «{ $text }».
no-printing-like = No conozco la impresión { $text } de ninguna carta.
corrected = ¡Gracias! Ahora dice: { $card }
learnt = A partir de ahora reconoceré esta carta por su imagen.
not-learnt = La corrección queda hecha, pero no puedo aprender de esta foto: { $reason }
not-yours = Solo puede hacerlo quien publicó la foto o alguien en quien los admins del servidor confíen para ello.
too-old = Ya no recuerdo esta respuesta. Publica la foto otra vez y volveré a mirarla.
refusal-small = la carta sale demasiado pequeña.
refusal-another = la carta se parece a otra que conozco. Comprueba que sea la correcta.
refusal-full = mi memoria para imágenes nuevas está llena.
