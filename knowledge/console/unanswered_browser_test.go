package console

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"zhilu/knowledge"
	"zhilu/knowledge/people"
)

// TestNumbersPictures opens the pages of unanswered messages and of the numbers, in three languages,
// and makes a message a phrase with the keyboard's field alone.
func TestNumbersPictures(t *testing.T) {
	for _, lang := range pictured() {
		t.Run(string(lang), func(t *testing.T) { numbersPictures(t, lang) })
	}
}

func numbersPictures(t *testing.T, lang knowledge.Lang) {
	s, rec := counted(t)
	c := s.signIn(t, people.Editor)
	ok(t, s.people.SetLang(t.Context(), "editor", string(lang)))
	b := openTab(t, s)
	b.as(c, lang)
	shoot := func(name string) { b.shoot(name + "-" + string(lang)) }
	b.open("/unanswered")
	shoot("unanswered-none")
	b.open("/numbers")
	shoot("numbers-none")
	for i := range 12 {
		s.missed(t, rec, 3+i*7%11, "zh-Hans", fmt.Sprintf("紫色信件 %cq 每天寄来 电话 13812345678", 'a'+i))
	}
	s.missed(t, rec, 6, "es", "me mandan cartas moradas con dibujos de mi casa y de mi familia todos los días, ¿qué hago con ellas?")
	key := s.missed(t, rec, 15, "en", "they send me purple letters about my phone loan 13812345678")
	busy(t, s, rec, 60, 120)
	b.open("/unanswered")
	shoot("unanswered")
	b.open("/unanswered/" + key)
	shoot("unanswered-one")
	b.eval(`document.querySelectorAll("details.ask").forEach(d => d.open = true)`)
	shoot("unanswered-open")
	b.open("/unanswered/" + key)
	b.eval(`document.querySelectorAll("details.ask").forEach(d => d.open = true)`)
	b.do(chromedp.Clear(chromedp.CSS("#phrase-text")), chromedp.SendKeys(chromedp.CSS("#phrase-text"), "12378"), chromedp.SendKeys(chromedp.CSS("#phrase-entry"), "threats"))
	b.press(`form[action$="/phrase"] button`)
	shoot("unanswered-collides")
	b.do(chromedp.Clear(chromedp.CSS("#phrase-text")), chromedp.SendKeys(chromedp.CSS("#phrase-text"), "purple letters"))
	b.press(`form[action$="/phrase"] button`)
	shoot("unanswered-saved")
	b.open("/numbers")
	shoot("numbers")
	b.open("/numbers?days=90")
	b.eval(`document.querySelectorAll("details").forEach(d => d.open = !d.classList.contains("menu"))`)
	shoot("numbers-open")
}
