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
printings-of-set = una de { $count } impresiones de { $set }
printings-of-year = una de { $count } impresiones de { $year }
printings-of-years = una de { $count } impresiones de { $first } a { $last }
printings-many = una de { $count } impresiones
or-is-it = ¿O es { $names }?
names-or = { $names } o { $last }

price-range = { $low } a { $high }
price-wide = { $amount }, según la impresión
price-note = Para copias en inglés en estado Near Mint; no sé distinguir el estado ni si son foil.
total = **En total:** { $amount }
total-missing = { $amount } ({ $count ->
    [one] { $count } carta sin precio
   *[other] { $count } cartas sin precio
})

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

# Putting an answer right.
which-is-wrong = ¿Qué carta no es correcta?
choose-card = Elige la carta
choose-card-from = Elige entre las cartas { $first } a { $last }
choose-name = Elige su nombre
choose-printing = Elige su impresión
choose-printing-from = Elige entre las impresiones { $first } a { $last } de { $count }
any-printing = Cualquiera de ellas
which-printing = ¿Qué impresión es?
panel-card = **Carta { $number }**: { $said }
button-right = Es correcta
button-type = Escribir el nombre, o la edición y el número
form-title = Carta { $number }
form-name = Nombre
form-printing = Edición, o edición y número
form-printing-hint = Como M10, o M10 146 como al pie de la carta. Opcional.
names-like = No conozco ninguna carta llamada «{ $text }». ¿Es alguna de estas?
no-name-like = No conozco ninguna carta con un nombre parecido a «{ $text }».
no-printing-like = No conozco la impresión { $text } de ninguna carta.
no-printing-in = No conozco ninguna impresión «{ $text }» de { $name }.
corrected = ¡Gracias! Ahora dice: { $card }
learnt = A partir de ahora reconoceré esta carta por su imagen.
not-learnt = La corrección queda hecha, pero no puedo aprender de esta foto: { $reason }
not-yours = Solo puede hacerlo quien publicó la foto o alguien en quien los admins del servidor confíen para ello.
too-old = Ya no recuerdo esta respuesta. Publica la foto otra vez y volveré a mirarla.
refusal-small = la carta sale demasiado pequeña.
refusal-another = la carta se parece a otra que conozco. Comprueba que sea la correcta.
refusal-full = mi memoria para imágenes nuevas está llena.
