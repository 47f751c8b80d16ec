package console

import (
	"errors"
	"net/http"

	"zhilu/knowledge/people"
)

// inviteForm sets the first password of somebody who was invited.
type inviteForm struct {
	Person           people.Person
	Password, Repeat field
}

func (c *Console) invitePage(v *visit) error {
	p, err := c.people.Peek(v.ctx(), v.param("token"))
	if errors.Is(err, people.ErrNotFound) {
		return v.refuse(http.StatusNotFound, "invite.gone")
	}
	if err != nil {
		return err
	}
	return v.show("invite", inviteForm{Person: p})
}

func (c *Console) redeem(v *visit) error {
	p, err := c.people.Peek(v.ctx(), v.param("token"))
	form := inviteForm{Person: p}
	if err == nil {
		if form.Repeat.Problem = v.mismatch(); form.Repeat.Problem != "" {
			return v.again("invite", form)
		}
		v.who = p // the link says who it is
		err = v.deed("person.redeem", p.Login, func() error {
			_, err := c.people.Redeem(v.ctx(), v.param("token"), v.raw("password"))
			return err
		})
		v.who = people.Person{}
	}
	if form.Password.Problem = v.weakness(err); form.Password.Problem != "" {
		return v.again("invite", form)
	}
	if errors.Is(err, people.ErrNotFound) {
		return v.refuse(http.StatusNotFound, "invite.gone")
	}
	if err != nil {
		return err
	}
	return v.redirect("/sign-in", "invite.done", p.Login)
}

// mismatch says that the new password was not typed alike twice.
func (v *visit) mismatch() string {
	if v.raw("password") != v.raw("password_repeat") {
		return v.say("password.mismatch")
	}
	return ""
}

// weakness says why a new password is refused.
func (v *visit) weakness(err error) string {
	var weak people.ErrWeak
	if errors.As(err, &weak) {
		return v.say("password." + weak.Reason)
	}
	return ""
}

// accountPage is what somebody may change about themselves.
type accountPage struct {
	Name, Old, Password, Repeat field
	Sessions                    []people.Session
}

func (c *Console) account(v *visit) error {
	return c.showAccount(v, accountPage{Name: field{Value: v.who.Name}})
}

func (c *Console) showAccount(v *visit, page accountPage) error {
	var err error
	if page.Sessions, err = c.people.Sessions(v.ctx(), v.who.Login); err != nil {
		return err
	}
	if !sound(page.Name, page.Old, page.Password, page.Repeat) {
		return v.again("account", page)
	}
	return v.show("account", page)
}

func (c *Console) rename(v *visit) error {
	page := accountPage{Name: v.field("name")}
	err := v.deed("person.rename", v.who.Login, func() error { return c.people.Rename(v.ctx(), v.who.Login, page.Name.Value) })
	if page.Name.Problem = v.invalid(err); page.Name.Problem != "" {
		return c.showAccount(v, page)
	}
	if err != nil {
		return err
	}
	return v.redirect("/account", "account.name_done")
}

// invalid says which rule a name, login or role breaks.
func (v *visit) invalid(err error) string {
	var bad people.ErrInvalid
	if errors.As(err, &bad) {
		return v.say("people.invalid_" + bad.Field)
	}
	return ""
}

func (c *Console) changePassword(v *visit) error {
	page := accountPage{Name: field{Value: v.who.Name}}
	if page.Repeat.Problem = v.mismatch(); page.Repeat.Problem != "" {
		return c.showAccount(v, page)
	}
	var token string
	err := v.deed("person.password", v.who.Login, func() (err error) {
		token, err = c.people.SetPassword(v.ctx(), v.token, v.raw("password_old"), v.raw("password"))
		return err
	})
	page.Password.Problem = v.weakness(err)
	if errors.Is(err, people.ErrWrong) {
		page.Old.Problem = v.say("confirm.wrong")
	}
	if !sound(page.Password, page.Old) {
		return c.showAccount(v, page)
	}
	if err != nil {
		return err
	}
	v.enterAs(token)
	return v.redirect("/account", "account.password_done")
}

// endOwnSession ends one session of one's own, or all of them.
func (c *Console) endOwnSession(v *visit) error {
	id := v.posted("id")
	if id == v.session.ID {
		return c.signOut(v)
	}
	if id == "all" {
		if err := v.deed("session.end", v.who.Login, func() error { return c.people.SignOutAll(v.ctx(), v.who.Login) }); err != nil {
			return err
		}
		v.dropCookie(sessionCookie)
		return v.redirect("/sign-in", "sign-in.out")
	}
	end := func() error { return c.people.End(v.ctx(), v.who.Login, id) }
	if err := v.deed("session.end", v.who.Login, end); err != nil && !errors.Is(err, people.ErrNotFound) {
		return err
	}
	return v.redirect("/account", "session.ended")
}
