package knowledge

// The words by which a language shows; folded. A word in the lists of both languages says nothing.

// particles are the Chinese characters that carry the grammar of a sentence, in both scripts.
const particles = "我你您他她它们們咱的了是不吗嗎呢吧啊么麼怎什在给給要有没沒会會到说說就都还還很把被让讓和跟这這那哪谁誰能可去来來为為也得着著过過又再只想该該唔係嘅咗喺佢哋啲"

const (
	spanishGrammar = `el la los las lo un una unos unas de del al y e o u que q k en con por para sin mi mis tu tus su sus me te se le les nos
		es son era eran fue ser soy eres somos esta estan estoy estaba este esto esta estas estos ese esa eso esos aquel
		hay ya no si muy mas pero porque xq pq como donde cuando quien quienes cual cuales cuanto cuanta cuantos cuantas
		yo ella ellos ellas nosotros usted ustedes ud uds he ha han hemos habia tengo tiene tienen tenia tuve hago hace hacen hizo haga hacer
		puedo puede pueden podria podrian debo debe deben quiero quiere quieren voy va van vamos iba sobre entre desde hasta hacia contra segun
		tambien tampoco nunca siempre todo toda todos todas nada nadie algo alguien algun alguna cada otro otra otros otras mismo misma
		aqui alli alla ahi ahora hoy ayer manana despues antes luego entonces aunque sino ni pues asi aun todavia bien mal mucho mucha muchos muchas poco
		mio mia nuestro nuestra conmigo contigo les cual cosa cosas a ante bajo mientras ojala hola gracias favor porfa`

	spanishWords = `deuda deudas deudor debia llaman llamando llama llamo llamar llamada llamadas llamaron cobran cobrar cobrador cobradores cobradora cobranza cobro cobros
		amenazan amenaza amenazas amenazar amenazo amenazando amenazaron acoso acosan acosar acosando molestan insultan insultos gritan ayuda ayudame ayudan ayudar auxilio socorro
		queja quejas quejarme denuncia denuncias denunciar demanda demandar prestamo prestamos presto prestaron pedi pido pedir dinero plata pagar pague pago pagos pagado pagando paga pagare
		familia familiares jefe jefa trabajo oficina empresa casa puerta policia abogado abogada juzgado juez carcel preso hijo hija hijos hermano hermana padre padres madre mama papa abuela
		esposo esposa marido mujer amigo amigos amiga vecinos companeros escuela inicio atras volver salir idioma idiomas espanol castellano chino ingles borrar borra borre datos persona
		humano buenos buenas dias dia noche noches tarde tardes semana mes meses ano anos hora horas veces vez miedo verdad mentira banco tarjeta credito interes intereses tasa cuota cuotas
		derechos derecho prueba pruebas reclamar reclamo reclamacion vida morir matar muerto regresar numero numeros telefono celular movil mensaje mensajes foto fotos contacto contactos
		grupo redes aplicacion pagina linea correo nombre cedula documento documentos contrato firma firme quien saben sabe saber digo dice dicen dijo dijeron decir vienen vino venir viene
		llegar llego mandan mandar mandaron mando envian enviar enviaron recibi recibo publicaron publicar hablar habla hable hablan entiendo entender necesito necesita necesitan ayuden
		busco encontrar perdi perdido robaron robo estafa estafadores fraude falso falsa falsos ilegal legales ley leyes seguro segura peligro urgente tiempo cuenta cuentas solo sola
		alto altos alta bajo menos grande mejor peor nuevo nueva viejo primera primero segundo dos tres cuatro cinco seis siete ocho nueve diez mil cien yuanes pesos
		dormir llorar desesperado desesperada triste enferma enfermo hospital salud quitar parar paren dejen dejar deje dejan seguir sigue siguen poner pongo ponen guardar guardo
		explicar significa funciona sirve servir ejemplo modelo carta escribir escribo escriba escribir leer opciones opcion pasos provincia ciudad pais extranjero china vencido vencida
		vencio atraso atrasado mora plazo plazos refinanciar gato negro centro oficial sitio gobierno autoridad regulador asociacion consumidor consumidores menu app apps chat sms email online spam web link links video videos audio online wechat
		financiera financiero regulacion ministerio comision telecomunicaciones informacion`

	englishGrammar = `the a an of to and or that in on at with for from by without my your ur his her hers their theirs our ours me him them us its is are was were be been being
		am im i'm ive i've i'd i'll you u he she they we it this these those there here do does did done don't dont doesn't doesnt didn't didnt can can't cant cannot could couldn't should
		shouldn't would wouldn't will won't wont may might must isn't isnt aren't wasn't hes he's shes she's they're theyre it's that's what's whats
		what where when who whom whose how why which not no nor yes yeah very more most much many but because cuz if then than as so too also have has had having get gets got getting
		about after before again against all any anyone anybody anything someone somebody something everyone everybody everything nobody nothing every each both
		into onto out off over under up down while until since still just only even never always already yet now today tomorrow yesterday
		some such other another same own ever please pls plz thanks thank thx thankyou hi hello hey let lets let's go going gonna want wants wanna`

	englishWords = `keep keeps kept call calls calling called caller callers debt debts debtor loan loans lend lender lenders borrow borrowed borrower borrowing owe owed owes owing help helps hlep
		complaint complaints complain complained report reported reporting pay pays paid paying payment payments money cash family families boss manager work working worker job home house door
		office company police cop cops lawyer lawyers court judge jail prison arrest arrested sue sued suing son daughter kids child children brother sister father mother mom mum dad parents
		husband wife friend friends neighbor neighbors neighbour colleagues coworkers school menu start back stop stops exit quit language english chinese spanish delete erase data person human
		bank banks card cards credit interest rate rates fee fees rights right evidence proof legal illegal law laws need needs speak speaks talk talking agent agents threaten threatens threatened
		threatening threats threat collector collectors collection collecting collect phone phones number numbers hotline wrong text texts texting texted message messages messaged sms email
		photo photos picture pictures contact contacts group chat post posted posting online website web app apps link links video videos audio wechat page account accounts name address id contract sign signed know knows knew tell tells told
		say says said ask asked asking come comes coming came send sends sent sending receive received see saw look find found lost stole stolen scam scams scammer scammers fraud fake anti real
		true lie lying safe danger dangerous urgent time times day days night nights week weeks month months year years hour hours hundred thousand yuan dollars one two three four five six seven
		eight nine ten first second last next new old high higher low big small good bad better worse best long short late early overdue due deadline sleep crying cry scared afraid worried sick
		hospital health die dying kill dead life live living take takes took taking make makes made making give gives gave giving put use used using try tried trying think thought feel feels
		change set switch show read write wrote writing letter template sample example steps step option options mean means work works guide office official centre center government authority
		regulator association consumer platform crime gang gangs province city country foreigner china shame shaming harass harassed harassing harassment abuse abused insult insulted stalking
		visit visited visiting knock knocking record recording recorded save saved screenshot screenshots ban block blocked blocking spam bombing people man woman guy thing things way place
		black cat line lines wait waiting answer answered question questions sorry okay fine sure
		provincial financial finance regulatory bureau ministry commission telecom internet information`
)
