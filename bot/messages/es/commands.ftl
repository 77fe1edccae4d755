# Names of commands and options: lower case, no spaces, at most 32 letters; descriptions at most 100.
command-identify = identificar
command-identify-description = Nombra las cartas de Magic de una foto
menu-identify = Identificar cartas
option-image-more = foto{ $number }
identify-image-description = La foto
identify-more-description = Otra foto
identify-top-k-description = Cuántos nombres tener en cuenta para cada carta (de 1 a 10)
command-help = ayuda
command-help-description = Qué sé hacer y cómo sacar una foto que pueda leer
command-about = información
command-about-description = Qué versión es esta, qué conoce y quién la mantiene
command-privacy = privacidad
command-privacy-description = Qué se guarda, durante cuánto tiempo y cómo borrarlo
command-currency = moneda
command-currency-description = La moneda de los precios que ves

help-title = Qué sé hacer
help-photos = **Fotos:** envíame una por mensaje directo, mencióname con una o usa `/identificar`. En el mensaje de otra persona: *Aplicaciones → Identificar cartas*. En los canales que hayan elegido los admins del servidor respondo a cada foto en la que haya una carta.
help-answers = **Respuestas:** si digo *seguro*, puedes fiarte. *Probablemente* y *quizás* traen un menú: elige en él la carta correcta. «¿No es esta?» corrige el nombre o la impresión, «Exportar» crea una lista de mazo y archivos CSV, «Eliminar» borra mi respuesta.
help-names = **Por el nombre:** `/carta`, `/impresiones`, `/parecidas`. Donde los admins lo hayan activado: `[[Fog]]`, `[[Fog|LEA|194]]`, `[[!Fog]]` para la imagen, `[[$Fog]]` para el precio, `[[#Fog]]` para los formatos en que es legal.
help-prices = **Precios:** el de la impresión, o el intervalo de las posibles. Son de Scryfall, para copias en inglés en estado Near Mint; no sé distinguir el estado ni si son foil. `/moneda` elige dólares o euros.
help-tips = **Buenas fotos:** de una a nueve cartas, justo desde arriba, sin reflejos y con los nombres a la vista. También vale un mazo entero, hasta 100 cartas, si se ve cada nombre. Las fundas no molestan.
help-admins = **Admins:** `/ajustes`.

about-title = cardglass { $version }
about-knows = Conozco { NUMBER($cards) } cartas por su nombre y { NUMBER($pictures) } caras por su imagen (catálogo del { DATETIME($date, dateStyle: "medium") }).
about-cards-fetched = Las cartas y los precios se descargaron por última vez el { DATETIME($date, dateStyle: "medium") }.
about-cards-running = Estoy descargando las cartas más recientes: { $progress }
about-cards-failed = El último intento de descargar cartas nuevas falló ({ $code }); lo volveré a intentar.
about-runs = Estoy en { $servers ->
    [one] { $servers } servidor
   *[other] { NUMBER($servers) } servidores
} y funciono en el equipo de quien me aloja. Por la red solo hablo con Discord.
about-contact = Me aloja: { $contact }
about-rights = cardglass is unofficial Fan Content permitted under the Fan Content Policy. Not approved/endorsed by Wizards. Portions of the materials used are property of Wizards of the Coast. ©Wizards of the Coast LLC.
about-thanks = Los nombres, enlaces e imágenes vienen de Scryfall, que no avala cardglass.

privacy-title = Qué se guarda
privacy-photos = **Fotos:** se descargan de Discord, se miran en memoria y se olvidan. Ninguna se guarda ni se usa para entrenar.
privacy-answers = **Respuestas:** lo que dije de tu foto (nombres, impresiones, dónde estaban las cartas), tu ID y los del mensaje y el canal se guardan { $days ->
    [one] { $days } día
   *[other] { $days } días
} para que funcionen los botones. Las correcciones, también.
privacy-learning = **Aprendizaje:** cuando alguien en quien confían los admins confirma una carta, se guarda un vector de 192 números que describe la cara de la carta, con los ID del servidor, del mensaje y de la persona. A partir de él no se puede recuperar ninguna imagen.
privacy-servers = **Servidores:** lo que los admins eligen en `/ajustes` se guarda hasta que me expulsen del servidor. Lo que eliges con `/moneda` se guarda hasta que lo borres.
privacy-logs = **Registros:** no contienen fotos, mensajes ni nombres.
privacy-delete = El botón borra al instante todo lo que hay guardado sobre ti.
privacy-contact = Preguntas: { $contact }
button-forget = Borrar todo lo guardado sobre mí
forgotten = Borrado: { $answers ->
    [one] { $answers } respuesta
   *[other] { $answers } respuestas
}, { $corrections ->
    [one] { $corrections } corrección
   *[other] { $corrections } correcciones
} y { $learnt ->
    [one] { $learnt } imagen aprendida
   *[other] { $learnt } imágenes aprendidas
}.

export-title = { $count ->
    [one] { $count } carta
   *[other] { $count } cartas
}, en una lista de mazo y en archivos CSV para importar.
export-unsure = { $count ->
    [one] { $count } de ellas no es segura: compruébala.
   *[other] { $count } de ellas no son seguras: compruébalas.
}
export-tokens = Las fichas solo están en los archivos CSV.
export-languages = Los idiomas distintos del inglés solo figuran en los archivos CSV: { $languages }.
export-without-printing = { $count ->
    [one] No conozco la impresión de { $count } carta: ManaBox la omite.
   *[other] No conozco la impresión de { $count } cartas: ManaBox las omite.
}
export-nothing = Aquí no hay ninguna carta con nombre que exportar.
button-thread = Todo lo de este hilo
