package load

// Types of a Message.
const (
	Text  = "text"
	Image = "image" // stands for all media
	Event = "event"
)

// Message is what a user sends.
type Message struct {
	Type    string
	Content string // of a text
	Choice  string // of a text: bizmsgmenuid, the id of the option that was tapped
	Event   string // of an event: subscribe, unsubscribe
}

// Conversation is what one user sends, one message after the other.
type Conversation []Message

// Script gives the built-in conversations: what people write to a bot of this kind, with
// numbers chosen from its menus. Each user plays them in turn.
func Script() []Conversation {
	var script []Conversation
	for _, texts := range [][]string{
		{"催收", "1", "2", "他们一直打给我妈和单位", "1", "0", "证据", "2", "0", "12378", "菜单"},
		{"hola", "me amenazan con publicar mis fotos", "1", "volver", "2", "pruebas", "1", "0", "dónde reclamar", "2", "1"},
		{"they call my boss and my family all day", "1", "0", "3", "2", "1", "evidence", "3", "back", "rights", "menu"},
		{"一天打几十个电话，还骂人，怎么办", "2", "1", "0", "去哪里投诉", "1", "1", "帮助"},
		{"你好", "2", "他們一直打給我，說我同事欠錢", "1", "0", "去哪裡投訴", "5", "1"},
		{"tengo miedo, dicen que van a venir a mi casa", "1", "0", "3", "banco", "1", "derechos", "2", "0"},
		{"the interest is too high, they took a fee first", "1", "0", "3", "4", "1", "menu"},
		{"有人冒充警察说要抓我", "1", "0", "2", "1", "银行", "12345", "0"},
		{"借了三千到手两千一，利息太高", "3", "2", "1", "2", "证据", "0"},
		{"交了两千块征信修复，他们说包过", "1", "来源", "0", "english", "2"},
		{"quieren cobrarme una deuda que no es mía", "1", "0", "2", "ayuda", "español"},
		{"我快撑不住了，不想活了", "0", "菜单", "催收", "2"},
	} {
		var c Conversation
		for _, t := range texts {
			c = append(c, Message{Type: Text, Content: t})
		}
		script = append(script, c)
	}
	return script
}

// at gives message number k of all: users take turns, so that everybody has sent one before
// somebody sends a second. A user begins with a conversation of the user's own and goes on
// with the next.
func at(script []Conversation, users int, k int64) (user int, m Message) {
	user, step := int(k%int64(users)), int(k/int64(users))
	total := 0
	for _, c := range script {
		total += len(c)
	}
	step %= total
	for i := user; ; i++ {
		c := script[i%len(script)]
		if step < len(c) {
			return user, c[step]
		}
		step -= len(c)
	}
}
