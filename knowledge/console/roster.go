package console

import (
	"cmp"
	"errors"
	"net/http"
	"slices"

	"zhilu/knowledge/people"
	"zhilu/knowledge/versions"
)

// peoplePage lists who works here, and invites.
type peoplePage struct {
	People []people.Person
	Roles  []option
	Form   struct{ Login, Name, Role field }
}

func (c *Console) peoplePage(v *visit) error { return c.showPeople(v, peoplePage{}) }

func (c *Console) showPeople(v *visit, page peoplePage) error {
	var err error
	if page.People, err = c.people.People(v.ctx()); err != nil {
		return err
	}
	page.Roles = v.roles()
	if f := page.Form; !sound(f.Login, f.Name, f.Role) {
		return v.again("people", page)
	}
	return v.show("people", page)
}

// roles are the choices of a role, each with what it may do.
func (v *visit) roles() []option {
	var all []option
	for _, r := range people.Roles {
		all = append(all, option{string(r), v.say("role.choice", v.say("role."+string(r)), v.say("role.may_"+string(r)))})
	}
	return all
}

func (c *Console) invite(v *visit) error {
	var page peoplePage
	f := &page.Form
	f.Login, f.Name, f.Role = v.field("login"), v.field("name"), v.field("role")
	token, err := v.invited(f.Login.Value, f.Name.Value, people.Role(f.Role.Value))
	var bad people.ErrInvalid
	if errors.As(err, &bad) {
		at := map[string]*field{"login": &f.Login, "name": &f.Name, "role": &f.Role}[bad.Field]
		if at != nil {
			at.Problem = v.invalid(err)
		}
	}
	if errors.Is(err, people.ErrTaken) || errors.Is(err, people.ErrDisabled) {
		f.Login.Problem = v.say("people.taken")
	}
	if !sound(f.Login, f.Name, f.Role) {
		return c.showPeople(v, page)
	}
	if err != nil {
		return err
	}
	return v.showLink(people.Person{Login: f.Login.Value, Name: f.Name.Value}, token)
}

// invited makes an invitation. What cannot be is refused and stands in no record.
func (v *visit) invited(login, name string, role people.Role) (token string, err error) {
	invite := func() error {
		token, err = v.console.people.Invite(v.ctx(), v.who.Login, login, name, role)
		return err
	}
	if err := people.Check(login, name, role); err != nil {
		return "", err
	}
	done := v.deed("person.invite", login, invite)
	return token, done
}

// linkPage shows an invitation once. It answers the POST itself, because neither an address
// nor a cookie may hold the link; who loads it again makes a new one.
type linkPage struct {
	Person people.Person
	Link   string
}

func (v *visit) showLink(p people.Person, token string) error {
	scheme := "https://"
	if v.console.insecure {
		scheme = "http://"
	}
	return v.show("link", linkPage{p, cmp.Or(v.console.url, scheme+v.gin.Request.Host) + "/invite/" + token})
}

// personPage is one person, and what an admin may do about them.
type personPage struct {
	Person   people.Person
	Self     bool // nobody takes away their own access by mistake
	Role     field
	Roles    []option
	Sessions []people.Session
}

func (c *Console) personPage(v *visit) error {
	p, err := c.people.Person(v.ctx(), v.param("login"))
	if err != nil {
		return err
	}
	page := personPage{Person: p, Self: p.Login == v.who.Login, Role: field{Value: string(p.Role)}, Roles: v.roles()}
	if page.Sessions, err = c.people.Sessions(v.ctx(), p.Login); err != nil {
		return err
	}
	return v.show("person", page)
}

// toPerson does something to the person of the path, who is not oneself.
func (c *Console) toPerson(v *visit, action, done string, do func(people.Person) error) error {
	p, err := c.people.Person(v.ctx(), v.param("login"))
	if err != nil {
		return err
	}
	if p.Login == v.who.Login {
		return v.refuse(http.StatusConflict, "people.yourself")
	}
	a := versions.Audit{Action: action, Object: p.Login}
	if role := people.Role(v.posted("role")); action == "person.role" && slices.Contains(people.Roles, role) {
		a.Before, a.After = string(p.Role), string(role)
	}
	err = v.change(a, func() error { return do(p) })
	if errors.Is(err, people.ErrLastAdmin) {
		return v.refuse(http.StatusConflict, "people.last_admin")
	}
	if problem := v.invalid(err); problem != "" {
		return v.refuse(http.StatusUnprocessableEntity, "people.invalid_role")
	}
	if err != nil {
		return err
	}
	return v.redirect("/people/"+p.Login, done, p.Name)
}

func (c *Console) setRole(v *visit) error {
	return c.toPerson(v, "person.role", "people.role_done", func(p people.Person) error {
		return c.people.SetRole(v.ctx(), p.Login, people.Role(v.posted("role")))
	})
}

func (c *Console) disable(v *visit) error {
	return c.toPerson(v, "person.disable", "people.disable_done", func(p people.Person) error { return c.people.Disable(v.ctx(), p.Login, true) })
}

func (c *Console) enable(v *visit) error {
	return c.toPerson(v, "person.enable", "people.enable_done", func(p people.Person) error { return c.people.Disable(v.ctx(), p.Login, false) })
}

func (c *Console) removeFactor(v *visit) error {
	return c.toPerson(v, "person.factor-remove", "people.factor_done", func(p people.Person) error { return c.people.RemoveTOTP(v.ctx(), p.Login) })
}

func (c *Console) endSessions(v *visit) error {
	return c.toPerson(v, "session.end", "people.sessions_done", func(p people.Person) error {
		id := v.posted("id")
		if id == "all" {
			return c.people.SignOutAll(v.ctx(), p.Login)
		}
		if err := c.people.End(v.ctx(), p.Login, id); !errors.Is(err, people.ErrNotFound) {
			return err
		}
		return nil
	})
}

// newLink gives somebody who was invited another link; the one before is dead.
func (c *Console) newLink(v *visit) error {
	return c.toLink(v, "person.link", func(p people.Person) (string, error) {
		return c.people.Invite(v.ctx(), v.who.Login, p.Login, p.Name, p.Role)
	})
}

// reset takes everything away that lets somebody in, and gives a link to begin again.
func (c *Console) reset(v *visit) error {
	return c.toLink(v, "person.reset", func(p people.Person) (string, error) { return c.people.Reset(v.ctx(), v.who.Login, p.Login) })
}

func (c *Console) toLink(v *visit, action string, issue func(people.Person) (string, error)) error {
	p, err := c.people.Person(v.ctx(), v.param("login"))
	if err != nil {
		return err
	}
	if p.Login == v.who.Login {
		return v.refuse(http.StatusConflict, "people.yourself")
	}
	var token string
	err = v.deed(action, p.Login, func() error {
		token, err = issue(p)
		return err
	})
	if errors.Is(err, people.ErrTaken) || errors.Is(err, people.ErrDisabled) {
		return v.refuse(http.StatusConflict, "people.link_disabled")
	}
	if errors.Is(err, people.ErrLastAdmin) {
		return v.refuse(http.StatusConflict, "people.last_admin")
	}
	if err != nil {
		return err
	}
	return v.showLink(p, token)
}
