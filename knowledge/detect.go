package knowledge

import (
	"strings"
	"unicode"

	"zhilu/knowledge/fold"
)

// DetectLang tells in which language a message is written; empty when it does not show
// (a number, an emoji, a name). It looks at the script first and then at small words.
func DetectLang(text string) Lang {
	han, latin := 0, 0
	for _, r := range text {
		switch {
		case fold.Han(r):
			han++
		case unicode.Is(unicode.Latin, r):
			latin++
		}
	}
	switch {
	case han > 0 && han*4 >= latin:
		if fold.Script(text) > 0 {
			return ZhHant
		}
		return ZhHans
	case latin == 0:
		return ""
	}
	return detectLatin(text)
}

// detectLatin chooses between Spanish and English by words only one of them has.
func detectLatin(text string) Lang {
	if strings.ContainsAny(text, "¿¡ñÑ") {
		return Es
	}
	es, en := 0, 0
	for _, r := range text {
		if strings.ContainsRune("áéíóúÁÉÍÓÚ", r) {
			es += 2
		}
	}
	words := strings.FieldsFunc(fold.Text(text), func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' })
	for _, w := range words {
		switch {
		case spanishWords[w] && englishWords[w]: // "no", "menu": says nothing
		case spanishWords[w]:
			es += 2
		case englishWords[w]:
			en += 2
		case len(words) < 3: // endings of a word or two are no evidence: names, abbreviations
		case looksSpanish(w):
			es++
		case looksEnglish(w):
			en++
		}
	}
	switch {
	case es > en:
		return Es
	case en > es:
		return En
	}
	return ""
}

func looksSpanish(w string) bool {
	if len(w) < 4 {
		return false
	}
	for _, end := range []string{"cion", "ando", "iendo", "aron", "ieron", "aban", "mente", "ado", "ada", "ados", "adas", "ar", "er", "ir", "os", "as", "idad", "o", "a"} {
		if strings.HasSuffix(w, end) {
			return true
		}
	}
	return false
}

func looksEnglish(w string) bool {
	for _, end := range []string{"ing", "tion", "ed", "ly", "ness", "ment", "'s", "n't", "'m", "'re", "'ve", "'ll", "ght", "ck", "sh", "th"} {
		if strings.HasSuffix(w, end) {
			return true
		}
	}
	return strings.ContainsAny(w, "wk")
}

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}

// Words that one of the two languages uses all the time and the other does not; folded.
var (
	spanishWords = wordSet(`el la los las un una unos unas de del al y o que en con por para sin mi mis tu su sus me te se le les lo nos
		es son era fue hay ya no si muy mas pero porque como donde cuando quien cual esto esta este ese esa eso yo ella ellos
		estoy estan tengo tiene tienen puedo puede pueden quiero debo deben deuda deudas llaman llamando cobran cobrador cobradores cobranza
		amenazan amenaza ayuda ayudame hola gracias queja denuncia denunciar prestamo prestamos dinero pagar pague pago familia jefe
		trabajo casa policia abogado menu inicio atras volver salir idioma espanol borrar datos persona humano buenos dias buenas tardes noches
		todo todos nada nunca siempre hoy manana ahora aqui alla banco derechos pruebas reclamar reclamo usted ustedes vida morir regresar`)
	englishWords = wordSet(`the a an of to and or that in on at with for without my your his her their our me him them us is are was were be been
		am i you he she they we it this these those do does did don't doesn't can can't could should would will what where when who how why
		which not no yes very more but because have has had get got keep call calls calling called me debt debts loan loans help hello hi hey thanks menu
		thank please complaint complain report pay paying money family boss work home police lawyer menu start back stop exit language english
		delete data person human all everything nothing never always today tomorrow now here there bank rights evidence from about if legal want
		need speak talk agent threaten threatening threats collector collectors collection office phone number stop again wrong`)
)
