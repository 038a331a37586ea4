"""Spanish, as written in Spain and Latin America."""

HEADERS = {
    "email": (
        "correo electrónico, correo, dirección de correo electrónico, dirección de correo, "
        "dirección de email, dirección e-mail, correo e, e-mail, mail, email de contacto"
    ),
    "mobile": (
        "móvil, teléfono móvil, celular, número de móvil, número móvil, teléfono celular, "
        "número de celular, tel móvil, número de teléfono móvil, tfno móvil, n° móvil, tlf móvil, "
        "nº móvil, nº de móvil"
    ),
    "phone": (
        "teléfono, número de teléfono, tel, tfno, tlf, teléfono fijo, nº de teléfono, "
        "teléfono de contacto, tlfn, n° de teléfono, número telefónico, número teléfono, fijo, "
        "nº teléfono, tfno fijo"
    ),
    "fax": "fax, número de fax",
    "first_name": "nombre, nombre de pila, primer nombre, nombres, nombre propio",
    "middle_name": "segundo nombre",
    "last_name": "apellidos, apellido, primer apellido, apellido paterno",
    "full_name": (
        "nombre completo, nombre y apellidos, nombre y apellido, apellidos y nombre, apellidos nombre, "
        "nombre apellidos, nombre del cliente, nombre del contacto, nombre cliente, nombre contacto, "
        "nombre apellido"
    ),
    "username": "nombre de usuario, usuario, alias",
    "salutation": "tratamiento, saludo, título, prefijo del nombre, tratamiento de cortesía",
    "suffix": "sufijo",
    "gender": "género, sexo",
    "birthday": (
        "fecha de nacimiento, cumpleaños, fecha nacimiento, nacimiento, f nacimiento, fecha nac, "
        "fec nacimiento"
    ),
    "age": "edad",
    "company": (
        "empresa, compañía, nombre de la empresa, organización, razón social, nombre de empresa, "
        "nombre empresa, empleador, sociedad, nombre de la compañía, cuenta, nombre de la cuenta"
    ),
    "department": "departamento",
    "job_title": (
        "cargo, puesto, puesto de trabajo, profesión, ocupación, función, título del trabajo, rol, posición"
    ),
    "industry": "sector, industria, sector de actividad",
    "address": (
        "dirección, calle, domicilio, dirección postal, dirección 1, línea de dirección 1, calle y número, "
        "dirección línea 1, dirección calle, dirección completa"
    ),
    "address2": (
        "dirección 2, línea de dirección 2, complemento de dirección, dirección línea 2, piso, calle 2"
    ),
    "postcode": "código postal, cp, cod postal, código zip, c postal",
    "city": "ciudad, población, localidad, municipio, ciudad de residencia",
    "region": (
        "provincia, región, estado, comunidad autónoma, estado provincia, provincia estado, "
        "departamento región"
    ),
    "country": (
        "país, código de país, país región, código país, país de residencia, nombre del país, país o región"
    ),
    "language": "idioma, lengua, idioma preferido, código de idioma",
    "timezone": "zona horaria, huso horario",
    "website": "sitio web, página web, web, url del sitio web, página de inicio, sitio, dirección web",
    "notes": "notas, nota, observaciones, comentarios, comentario, observación",
    "tags": "etiquetas, etiqueta, categorías, categoría, intereses, palabras clave",
    "source": (
        "origen, fuente, procedencia, fuente original, origen del contacto, cómo nos ha conocido, "
        "cómo nos conociste"
    ),
    "lead_status": "estado del lead, estado del contacto, estado del cliente potencial",
    "lifecycle_stage": "etapa del ciclo de vida, ciclo de vida, fase del ciclo de vida",
    "lead_score": "puntuación del lead",
    "customer_number": (
        "número de cliente, código de cliente, nº cliente, id cliente, código cliente, id de cliente, "
        "n° cliente"
    ),
    "customer_group": (
        "grupo de clientes, tipo de cliente, tipo cliente, segmento de cliente, grupo de cliente"
    ),
    "membership_number": (
        "número de socio, nº socio, tarjeta de fidelidad, número de tarjeta, número socio, nº de socio"
    ),
    "vat_number": "nif, cif, nif cif, número de iva, rfc, cif nif, número de identificación fiscal",
    "currency": "moneda, divisa",
    "signup_date": (
        "fecha de alta, fecha de registro, fecha de creación, creado el, fecha alta, fecha de inscripción, "
        "fecha registro, cliente desde, socio desde, fecha de suscripción, registrado el, fecha creación, "
        "añadido el, alta, fecha de incorporación, dado de alta"
    ),
    "updated_date": (
        "modificado el, fecha de modificación, última modificación, actualizado el, última actualización"
    ),
    "first_order": "primer pedido, primera compra, fecha de primera compra, fecha del primer pedido",
    "last_order": (
        "último pedido, última compra, fecha de última compra, fecha última compra, "
        "fecha del último pedido, fecha de la última compra, fecha último pedido"
    ),
    "orders": (
        "pedidos, número de pedidos, total de pedidos, nº pedidos, total pedidos, nº de pedidos, "
        "número de compras"
    ),
    "average_order": "pedido medio, valor medio de pedido, ticket medio",
    "spend": (
        "total gastado, gasto total, importe total, facturación, total compras, total de compras, gasto, "
        "ventas totales, valor del cliente, importe gastado, ingresos, facturación total"
    ),
    "points": "puntos, puntos de fidelidad, puntos de fidelización, saldo de puntos",
    "rating": "valoración, calificación, puntuación",
    "newsletter": "newsletter, boletín, suscripción al boletín, boletín de noticias, boletín informativo",
    "vip": "cliente vip",
    "tax_exempt": "exento de impuestos",
    "store": "tienda, sucursal, tienda preferida, establecimiento",
    "consent_date": (
        "fecha de consentimiento, fecha del consentimiento, fecha consentimiento, fecha de opt-in, "
        "fecha de aceptación, fecha opt-in, consentimiento el, fecha de confirmación"
    ),
    "consent_ip": (
        "dirección ip, ip de registro, ip de alta, ip del consentimiento, ip consentimiento, "
        "ip de suscripción"
    ),
    "consent_text": "texto del consentimiento, texto de consentimiento",
    "consent_url": "url de registro, página de registro, url del consentimiento, url de alta",
    "user_agent": "navegador, agente de usuario",
    "email_status": (
        "estado del correo, suscrito, consentimiento, estado de suscripción, acepta marketing, "
        "acepta publicidad, acepta correos, estado de la suscripción, acepta recibir publicidad, "
        "consentimiento email, estado del email, acepta email marketing, consentimiento rgpd, "
        "acepta comunicaciones"
    ),
    "opt_out": (
        "baja, dado de baja, fecha de baja, no contactar, cancelado, desuscrito, opt-out, "
        "no enviar correo, lista negra, no desea publicidad, anular suscripción, darse de baja, bloqueado"
    ),
    "opt_in_type": "tipo de opt-in, doble opt-in, tipo de consentimiento, tipo de suscripción",
    "sms_status": "estado sms, consentimiento sms, acepta sms, suscripción sms, acepta marketing por sms",
    "whatsapp_status": "consentimiento whatsapp, acepta whatsapp, estado whatsapp",
    "lists": (
        "lista, listas, lista de correo, lista de distribución, grupos, grupo, segmentos, "
        "libreta de direcciones"
    ),
    "contact_id": "id de contacto, id contacto, id del contacto",
}

QUALIFIERS = (
    "dd mm aaaa, en euros, dirección de facturación, dirección de envío, facturación, envío, "
    "de facturación, de envío, de casa, casa, trabajo, del trabajo, de trabajo, personal, particular, "
    "principal, secundario, secundaria, del cliente, cliente, contacto, de contacto, del contacto, su, tu, "
    "cuál es su, cuál es tu, otro, otra, profesional, oficina, participante, comprador, suscriptor, "
    "del participante, del suscriptor, asistente, obligatorio, por favor, introduzca su, escribe tu, "
    "predeterminado, laboral, empresarial, entrega, de entrega"
)

OTHERS = (
    "por, propietario, responsable, referente, referido, recomendado, cónyuge, pareja, esposo, esposa, "
    "madre, padre, hijo, hija, mascota, emergencia, proveedor, remitente, vendedor, comercial, amigo, "
    "tutor, tipo, contrato, pedido, factura, producto, referencia, código, tamaño, lugar, número, nº, "
    "aplicación, campaña, oferta, reserva, entrada, prefijo, iban, expediente, extensión"
)

PREFERENCE = "Preferencia"

YES = "verdadero, sí, si, activado, aceptado, marcado"
NO = "falso, desactivado, rechazado, no marcado"

STATUSES = {
    "subscribed": "suscrito, suscrita, suscripto, activo, confirmado",
    "unsubscribed": "dado de baja, baja, desuscrito, inactivo",
    "suppressed": "suprimido, bloqueado, excluido",
    "noSubscription": "sin suscripción, no suscrito",
}

LONGER_STATUSES = {
    "unsubscribed": ("cancelada, anulada, dada de baja, desuscrita, no contactar, revocado, baja voluntaria"),
    "suppressed": (
        "rebotado, rebotada, rebote, rebote duro, queja, queja de spam, lista negra, en lista negra, no "
        "válido, inválido, limpiado, limpiada, eliminado por rebote"
    ),
    "notSubscribed": (
        "no suscrito, no suscrita, nunca suscrito, nunca suscrita, sin suscripción, pendiente, "
        "pendiente de confirmación, sin confirmar, no confirmado, no confirmada, archivado, archivada, "
        "eliminado, eliminada, borrado, sin consentimiento"
    ),
}

EMAIL_TYPES = {
    "plainText": "texto, texto plano, solo texto, texto sin formato",
}

OPT_IN_TYPES = {
    "unknown": "desconocido",
    "single": "opt-in sencillo, único, única",
    "double": "doble, doble opt-in",
    "verifiedDouble": "doble verificado",
}

IDENTIFIERS = {
    "email": "correo, correo electrónico",
    "mobileNumber": "móvil, teléfono, celular",
    "contactId": "id de contacto, identificador",
}

PARTICLES = "de, de la, de las, de los, del"

TITLES = "señor, señora, señorita, sr, sra, srta, dña, doña, doctor, doctora, dra"

PERSONS = {
    "guest": "asistente, participante, invitado, pasajero",
    "recipient": "destinatario, envio, entrega",
    "buyer": "cliente, facturacion, comprador, pagador",
}
