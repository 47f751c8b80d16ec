package dialog

import (
	"strconv"

	k "zhilu/knowledge"
)

// Move is a choice: the id behind a tappable option, and what a number or a typed word
// comes down to. It is the id of an entry or a control, a state's name, or name=value.
type Move string

// row is one state: what is said, what may be chosen, where "skip" leads, and what is
// asked first when something it needs is not known yet.
type row struct {
	say   func(*turn, Place) string
	offer func(*turn, Place) []Option
	skip  Move
	first func(*turn, Place) Place
	name  k.ID // what the place is called on the way back; "" = its entry's name
}

// itself as a skip is the entry that a place is about.
const itself Move = "."

// table is the whole conversation. Where a choice leads stands in moves, sets and kinds
// below; nothing else decides where to go.
var table map[Where]row

func init() { // the rows refer to functions that refer to the table
	table = map[Where]row{
		Greeting:   {say: greetingAll, offer: languages, skip: "who", name: k.AtGreeting},
		Language:   {say: text(k.AtLanguage), offer: languages, skip: "back", name: k.AtLanguage},
		Collection: {say: collection, offer: persons, skip: "situation", first: unlessAsked, name: k.AtWho},
		Who:        {say: text(k.AtWho), offer: persons, skip: "situation", name: k.AtWho},
		Situations: {say: text(k.AtSituation), offer: situations, skip: "channels", name: k.AtSituation},
		Menu:       {say: text(k.AtMenu), offer: topics, name: k.AtMenu},
		Advice:     {say: advice, offer: adviceNext},
		Lender:     {say: text(k.AtLender), offer: lenders, skip: Move("lender=" + k.LenderUnknown), name: k.AtLender},
		Rights:     {say: lead(k.AtRights), offer: listed(rightsOf, "evidence", "channels"), name: k.AtRights},
		Evidence:   {say: evidenceText, offer: evidenceItems, name: k.AtEvidence},
		Channels:   {say: lead(k.AtChannels), offer: listed(channelsOf, "evidence"), first: lenderIfNeeded, name: k.AtChannels},
		Channel:    {say: channelText, offer: channelNext},
		Province:   {say: text(k.AtProvince), offer: provinces, skip: itself, name: k.AtProvince},
		Call:       {say: callText, offer: then("evidence", "channels"), name: k.OptCall},
		Card:       {say: cardText, offer: then("evidence", "channels"), name: k.CtlCard},
		Entry:      {say: entryText, offer: entryNext},
	}
}

// States are the states of the table, in the order in which a conversation comes by them.
func States() []Where {
	return []Where{Greeting, Language, Collection, Who, Situations, Menu, Advice, Lender, Rights, Evidence, Channels, Channel, Province, Call, Card, Entry}
}

// moves are the choices that lead to a state, whatever is known. "rights", "evidence" and
// "channels" are about the user's situation once there is one: see turn.place.
var moves = map[Move]Where{
	"who": Who, "situation": Situations, "offices": Lender,
	Move(k.CtlStart): Menu, Move(k.CtlLanguage): Language, Move(k.TopicCollection): Collection,
}

// ofSituation are the choices that concern the situation at hand.
var ofSituation = map[Move]Where{"rights": Rights, "evidence": Evidence, "channels": Channels}

// about are the choices that show a channel in another way, or ask for what it needs:
// "call:ID", "card:ID", "province:ID".
var about = map[string]Where{"call": Call, "card": Card, "province": Province}

// sets are the choices that fill in an answer, and the state they lead to.
var sets = map[string]struct {
	set  func(*State, string)
	then Where // "" = stay
}{
	"lang":     {func(s *State, v string) { s.setLang(k.Lang(v)) }, ""},
	"who":      {func(s *State, v string) { s.Who = Person(v) }, Situations},
	"lender":   {func(s *State, v string) { s.Lender = k.ID(v) }, Channels},
	"more":     {func(s *State, v string) { s.At.From, _ = strconv.Atoi(v) }, ""},
	"tick":     {func(s *State, v string) { s.tick(k.ID(v)) }, Evidence},
	"untick":   {func(s *State, v string) { s.untick(k.ID(v)) }, Evidence},
	"province": {func(s *State, v string) { s.Province = v }, Channel},
}

// kinds says in which state an entry is shown.
var kinds = map[k.Kind]Where{
	k.Situation: Advice, k.Channel: Channel, k.Right: Entry, k.Evidence: Entry, k.Topic: Entry,
}

// controls are what the user says to the bot itself, whatever the state: the first thing
// looked at after danger.
var controls map[k.ID]func(*turn)

func init() {
	controls = map[k.ID]func(*turn){
		k.CtlBack: (*turn).back, k.CtlRestart: (*turn).restart, k.CtlSkip: (*turn).skip, k.CtlErase: (*turn).erase,
		k.CtlStop: (*turn).stop, k.CtlGreeting: (*turn).greet, k.CtlHuman: (*turn).aside,
		k.CtlSource: (*turn).source, k.CtlCard: (*turn).card,
		k.CtlHelp: (*turn).aside, k.CtlThanks: (*turn).aside, k.CtlMyData: (*turn).myData,
		k.LangZh: (*turn).speak, k.LangHans: (*turn).speak, k.LangHant: (*turn).speak, k.LangEn: (*turn).speak, k.LangEs: (*turn).speak,
	}
}
