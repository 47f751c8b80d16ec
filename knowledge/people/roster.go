package people

import (
	"cmp"
	"context"
	"slices"

	"github.com/redis/go-redis/v9"
)

// People lists everybody by login, the disabled ones included.
func (s *Store) People(ctx context.Context) ([]Person, error) {
	all, err := s.everybody(ctx, s.rdb)
	if err != nil {
		return nil, err
	}
	list := make([]Person, len(all))
	for i, r := range all {
		list[i] = r.person()
	}
	return list, nil
}

func (s *Store) everybody(ctx context.Context, rdb redis.Cmdable) ([]record, error) {
	data, err := rdb.HGetAll(ctx, keyPeople).Result()
	if err != nil {
		return nil, unavailable("read people", err)
	}
	list := make([]record, 0, len(data))
	for login, d := range data {
		r, err := decode(login, []byte(d))
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b record) int { return cmp.Compare(a.Login, b.Login) })
	return list, nil
}

// Person gives a person; ErrNotFound when there is none of that login.
func (s *Store) Person(ctx context.Context, login string) (Person, error) {
	r, err := s.fetch(ctx, s.rdb, login)
	if err != nil {
		return Person{}, err
	}
	return r.person(), nil
}

// SetRole gives a person another role and ends all of their sessions [7.2.4]. ErrLastAdmin
// when no admin would be left.
func (s *Store) SetRole(ctx context.Context, login string, role Role) error {
	if !slices.Contains(Roles, role) {
		return ErrInvalid{"role"}
	}
	return s.edit(ctx, "set a role", login, func(r *round, p *record) error {
		if p.Role == role {
			return nil
		}
		if err := r.mayLose(*p); err != nil {
			return err
		}
		p.Role = role
		return r.endSessions(p)
	})
}

// Disable keeps a person out, ending their sessions and their link at once [7.4.2], or lets them in
// again with the password they had. ErrLastAdmin when no admin would be left.
func (s *Store) Disable(ctx context.Context, login string, disabled bool) error {
	return s.edit(ctx, "disable a person", login, func(r *round, p *record) error {
		if p.Disabled == disabled {
			return nil
		}
		if disabled {
			if err := r.mayLose(*p); err != nil {
				return err
			}
		}
		p.Disabled = disabled
		if err := r.endLink(login); err != nil {
			return err
		}
		return r.endSessions(p)
	})
}

// Rename gives a person another name.
func (s *Store) Rename(ctx context.Context, login, name string) error {
	name, err := cleanName(name)
	if err != nil {
		return err
	}
	return s.edit(ctx, "rename a person", login, func(_ *round, p *record) error {
		p.Name = name
		return nil
	})
}

// SetLang sets the language in which a person reads the console; "" for none in particular.
func (s *Store) SetLang(ctx context.Context, login, lang string) error {
	if !validLang(lang) {
		return ErrInvalid{"lang"}
	}
	return s.edit(ctx, "set a language", login, func(_ *round, p *record) error {
		p.Lang = lang
		return nil
	})
}

// edit changes a person atomically.
func (s *Store) edit(ctx context.Context, doing, login string, change func(*round, *record) error) error {
	return s.atomically(ctx, doing, func(r *round) error {
		p, err := r.person(login)
		if err != nil {
			return err
		}
		if err := change(r, &p); err != nil {
			return err
		}
		r.save(p)
		return nil
	})
}

// mayLose refuses to do without the admin p when nobody would be left: no other admin, or,
// when p has a password, none who has one. An admin who was invited and never came does not
// count as somebody who could help.
func (r *round) mayLose(p record) error {
	if p.Role != Admin || p.Disabled {
		return nil
	}
	all, err := r.everybody()
	if err != nil {
		return err
	}
	others, able := 0, 0
	for _, o := range all {
		if o.Login == p.Login || o.Role != Admin || o.Disabled {
			continue
		}
		others++
		if o.Hash != "" {
			able++
		}
	}
	if others == 0 || p.Hash != "" && able == 0 {
		return ErrLastAdmin
	}
	return nil
}
