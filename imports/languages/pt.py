"""Portuguese, as written in Portugal and Brazil."""

HEADERS = {
    "email": (
        "endereço de e-mail, correio eletrónico, e-mail, endereço eletrónico, mail, endereço email, "
        "endereço de correio eletrónico, correio electrónico"
    ),
    "mobile": (
        "telemóvel, celular, número de telemóvel, telefone celular, número de celular, telefone móvel, "
        "nº telemóvel, número do celular, móvel, nº de telemóvel, tel celular, número móvel, whatsapp, tlm"
    ),
    "phone": (
        "telefone, número de telefone, tel, telefone fixo, nº de telefone, telefone de contato, "
        "telefone de contacto, número do telefone, fone, n telefone, nº telefone, contacto telefónico, "
        "telefone residencial, fixo"
    ),
    "fax": "fax, número de fax",
    "first_name": "nome, primeiro nome, nome próprio, prenome",
    "middle_name": "nome do meio, segundo nome",
    "last_name": "apelido, sobrenome, último nome, nome de família, apelidos",
    "full_name": (
        "nome completo, nome e sobrenome, nome e apelido, nome do cliente, nome cliente, nome do contato, "
        "nome do contacto, nome sobrenome, nome apelido, nome contato"
    ),
    "username": "nome de utilizador, nome de usuário, utilizador, usuário",
    "salutation": "tratamento, saudação, título, forma de tratamento, pronome de tratamento",
    "suffix": "sufixo",
    "gender": "género, sexo",
    "birthday": (
        "data de nascimento, aniversário, data nascimento, nascimento, dt nascimento, data de aniversário, "
        "data nasc, data de nasc, nascido em, dt nasc"
    ),
    "age": "idade",
    "company": (
        "empresa, nome da empresa, organização, razão social, companhia, nome da organização, entidade, "
        "empregador, nome empresa, conta, nome da conta"
    ),
    "department": "departamento, setor da empresa",
    "job_title": "cargo, função, profissão, ocupação, título do cargo, posição, cargo profissional",
    "industry": "setor, sector, indústria, ramo de atividade, setor de atividade, ramo",
    "address": (
        "morada, endereço, rua, morada 1, endereço 1, logradouro, linha de endereço 1, endereço linha 1, "
        "rua e número, endereço postal, endereço completo, morada completa"
    ),
    "address2": (
        "morada 2, endereço 2, complemento, linha de endereço 2, endereço linha 2, complemento de endereço"
    ),
    "postcode": "código postal, cep, cód postal, cp",
    "city": "cidade, localidade, município, cidade de residência",
    "region": (
        "distrito, estado, província, concelho, região, uf, estado província, bairro distrito, estado região"
    ),
    "country": "país, código do país, país região, código país, país de residência, nome do país",
    "language": "idioma, língua, idioma preferido, língua preferida, código do idioma",
    "timezone": "fuso horário",
    "website": "site, página web, sítio web, website, página da internet, endereço web, página inicial",
    "notes": "notas, observações, comentários, nota, observação, comentário, anotações, obs",
    "tags": "etiquetas, categorias, categoria, interesses, palavras-chave, marcadores, tags",
    "source": (
        "origem, fonte, proveniência, procedência, fonte original, origem do contato, como nos conheceu"
    ),
    "lead_status": "status do lead, estado do lead, estado do contacto, status do contato",
    "lifecycle_stage": (
        "estágio do ciclo de vida, ciclo de vida, fase do ciclo de vida, etapa do ciclo de vida"
    ),
    "lead_score": "pontuação do lead",
    "customer_number": (
        "número de cliente, código do cliente, nº cliente, id do cliente, id cliente, código cliente, "
        "número do cliente"
    ),
    "customer_group": (
        "grupo de clientes, tipo de cliente, segmento de cliente, tipo cliente, grupo do cliente"
    ),
    "membership_number": (
        "número de sócio, nº de sócio, cartão de fidelidade, número do cartão, nº sócio, cartão cliente"
    ),
    "vat_number": "nif, cpf, cnpj, contribuinte, número de contribuinte, cpf cnpj, nº contribuinte",
    "currency": "moeda, divisa",
    "signup_date": (
        "data de registo, data de registro, data de inscrição, data de criação, criado em, "
        "data de cadastro, data registo, cliente desde, sócio desde, inscrito em, registado em, "
        "registrado em, data cadastro, data de adesão, adicionado em, cadastrado em, data inscrição, "
        "data de subscrição, membro desde"
    ),
    "updated_date": (
        "modificado em, data de modificação, última modificação, atualizado em, última atualização, "
        "alterado em"
    ),
    "first_order": (
        "primeira encomenda, primeira compra, primeiro pedido, data da primeira compra, "
        "data do primeiro pedido"
    ),
    "last_order": (
        "última encomenda, última compra, último pedido, data da última compra, data do último pedido, "
        "data última compra, data da última encomenda, data último pedido"
    ),
    "orders": (
        "encomendas, pedidos, número de encomendas, número de pedidos, total de pedidos, "
        "total de encomendas, nº de pedidos, qtd pedidos, nº encomendas, quantidade de pedidos, "
        "número de compras"
    ),
    "average_order": "ticket médio, valor médio do pedido, valor médio da encomenda",
    "spend": (
        "total gasto, valor gasto, gasto total, faturação, faturamento, valor total, total de compras, "
        "receita, total em compras, volume de negócios, valor total gasto, valor do cliente, "
        "total das compras"
    ),
    "points": "pontos, pontos de fidelidade, saldo de pontos, pontos fidelidade",
    "rating": "avaliação, classificação, pontuação",
    "newsletter": (
        "newsletter, boletim informativo, boletim, subscrição da newsletter, inscrição na newsletter, "
        "subscreve newsletter"
    ),
    "vip": "cliente vip",
    "tax_exempt": "isento de impostos, isento de iva",
    "store": "loja, filial, loja preferida, sucursal",
    "consent_date": (
        "data de consentimento, data do consentimento, data consentimento, consentimento em, data opt-in, "
        "data de aceitação, data de opt-in, data de aceite, data de confirmação"
    ),
    "consent_ip": (
        "endereço ip, ip de registo, ip de inscrição, ip do consentimento, ip de cadastro, ip consentimento"
    ),
    "consent_text": "texto do consentimento, texto de consentimento",
    "consent_url": "página de inscrição, url de inscrição, url do consentimento, página de registo",
    "user_agent": "navegador, agente do utilizador",
    "email_status": (
        "estado do e-mail, inscrito, subscrito, consentimento, estado da subscrição, aceita marketing, "
        "consentimento de marketing, aceita e-mails, status da inscrição, aceita receber e-mails, "
        "consentimento rgpd, consentimento lgpd, aceita email marketing, aceita receber publicidade, "
        "status do e-mail"
    ),
    "opt_out": (
        "cancelado, descadastrado, removido, não contactar, opt-out, data de cancelamento, "
        "não enviar e-mail, lista negra, cancelou subscrição, não contatar, descadastrado em, bloqueado, "
        "anulou a subscrição"
    ),
    "opt_in_type": "tipo de opt-in, duplo opt-in, tipo de consentimento, tipo de subscrição",
    "sms_status": (
        "estado sms, consentimento sms, aceita sms, subscrição sms, aceita marketing por sms, status sms"
    ),
    "whatsapp_status": "consentimento whatsapp, aceita whatsapp, estado whatsapp",
    "lists": (
        "lista, listas, lista de contactos, lista de e-mails, grupos, grupo, segmentos, lista de contatos, "
        "mailing"
    ),
    "contact_id": "id do contacto, id do contato, id contacto, id contato",
}

QUALIFIERS = (
    "dd mm aaaa, em euros, brl, endereço de faturação, endereço de envio, endereço de cobrança, "
    "endereço de entrega, morada de faturação, morada de envio, morada de entrega, faturação, faturamento, "
    "envio, cobrança, entrega, de faturação, de envio, de entrega, de cobrança, casa, trabalho, "
    "do trabalho, pessoal, particular, principal, secundário, secundária, cliente, do cliente, contacto, "
    "contato, de contacto, de contato, do contacto, do contato, seu, sua, o seu, a sua, qual é o seu, "
    "qual é a sua, qual o seu, qual a sua, qual seu, outro, outra, residencial, comercial, profissional, "
    "participante, do participante, comprador, inscrito, subscritor, predefinido, padrão, obrigatório, "
    "insira o seu, digite seu, informe seu"
)

OTHERS = (
    "por, proprietário, responsável, assistente, indicado, indicação, cônjuge, parceiro, esposo, esposa, "
    "mãe, pai, filho, filha, animal, emergência, fornecedor, remetente, vendedor, amigo, tutor, tipo, "
    "contrato, pedido, encomenda, fatura, produto, referência, código, tamanho, local, número, nº, "
    "aplicação, aplicativo, campanha, oferta, reserva, bilhete, indicativo, iban, processo, ramal"
)

PREFERENCE = "Preferência"

YES = "verdadeiro, sim, ligado, aceite, aceito"
NO = "falso, não, nao, desligado, recusado"

STATUSES = {
    "subscribed": "inscrito, inscrita, subscrito, ativo, ativa",
    "unsubscribed": "cancelado, descadastrado, anulado, inativo",
    "suppressed": "suprimida, bloqueada, excluído",
    "noSubscription": "sem subscrição, sem inscrição, não inscrito",
}

LONGER_STATUSES = {
    "unsubscribed": "cancelada, descadastrada, removido, removida, não contactar, não contatar, revogado",
    "suppressed": (
        "devolvido, devolvida, rejeitado, rejeitada, queixa, reclamação, denúncia de spam, lista negra, "
        "na lista negra, inválido, limpo"
    ),
    "notSubscribed": (
        "não inscrito, não inscrita, não subscrito, nunca inscrito, nunca subscrito, sem subscrição, "
        "sem inscrição, pendente, a aguardar, aguardando confirmação, não confirmado, não confirmada, "
        "arquivado, arquivada, eliminado, eliminada, excluída, apagado, sem consentimento"
    ),
}

EMAIL_TYPES = {
    "plainText": "texto simples, só texto, texto sem formatação",
}

OPT_IN_TYPES = {
    "unknown": "desconhecido",
    "single": "simples, opt-in simples",
    "double": "duplo, duplo opt-in, dupla",
    "verifiedDouble": "duplo verificado",
}

IDENTIFIERS = {
    "email": "correio eletrónico, correio eletrônico, endereço de e-mail",
    "mobileNumber": "telemóvel, telefone",
    "contactId": "id do contacto, id do contato",
}

PARTICLES = "da, das, do, dos, de"

TITLES = "senhor, senhora, sr, sra, sr.a, srª, dona, doutor, doutora"

PERSONS = {
    "guest": "participante, convidado, passageiro",
    "recipient": "destinatario, envio, entrega",
    "buyer": "cliente, cobranca, faturacao, faturamento, comprador, pagador",
}
