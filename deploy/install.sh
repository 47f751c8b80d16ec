#!/bin/sh
# Installs Zhilu on a Debian or Ubuntu server, or upgrades it: two instances under systemd, Redis, secrets, settings.
#   sudo deploy/install.sh ./zhilu              the program, from `make build`
#   deploy/install.sh --dry-run ./zhilu         says what it would do
#   deploy/install.sh --root DIR ./zhilu        installs into a folder, for an image: starts nothing, needs no root
# It asks nothing. What the account needs can be given as variables (ZHILU_WECHAT_APP_ID, ZHILU_WECHAT_APP_SECRET,
# ZHILU_WECHAT_TOKEN, ZHILU_WECHAT_AES_KEY, ZHILU_CONSOLE_URL); what is missing is made up, but the app id, which only WeChat
# knows. It can be run again at any time: it replaces the program and the units, and never a secret or a setting.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=""
dry=no
binary=""

fail() {
	echo "install.sh: $*" >&2
	exit 1
}

while [ $# -gt 0 ]; do
	case $1 in
	--dry-run) dry=yes ;;
	--root)
		[ $# -gt 1 ] || fail "--root needs a folder"
		root=${2%/}
		shift
		;;
	-*) fail "unknown option $1" ;;
	*) binary=$1 ;;
	esac
	shift
done
[ -n "$binary" ] || binary=$here/../zhilu

# run does something, or says that it would.
run() {
	if [ $dry = yes ]; then
		echo "would run: $*"
	else
		"$@"
	fi
}

# put installs a file unless it is there with this content: put MODE FROM TO
put() {
	if [ -f "$root$3" ] && cmp -s "$2" "$root$3"; then
		return
	fi
	changed=yes
	if [ $dry = yes ]; then
		echo "would install $3"
		return
	fi
	mkdir -p "$(dirname "$root$3")"
	install -m "$1" "$2" "$root$3.new"
	mv "$root$3.new" "$root$3" # in one step: a program that runs cannot be written to
	echo "installed $3"
}

# keep makes a secret or a setting unless there is one: keep TO CONTENT
keep() {
	if [ -e "$root$1" ]; then
		return
	fi
	if [ $dry = yes ]; then
		echo "would make $1"
		return
	fi
	(umask 077 && printf '%s' "$2" >"$root$1")
	echo "made $1"
}

random_hex() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }

check() {
	[ -f "$binary" ] || fail "$binary is not there; build it with make build, or name it"
	"$binary" --help >/dev/null 2>&1 || fail "$binary does not run on this machine"
	[ -z "$root" ] || return 0
	[ $dry = yes ] || [ "$(id -u)" = 0 ] || fail "must be run by root"
	command -v apt-get >/dev/null || fail "this is no Debian or Ubuntu; see deploy/README.md"
	[ "$(systemctl --version | awk 'NR == 1 { print $2 }')" -ge 250 ] || fail "systemd 250 or newer is needed (Debian 12, Ubuntu 24.04)"
}

# append turns the append-only file on in a Redis that runs. If it were switched on by a restart, Redis would start empty.
append() {
	[ $dry = no ] && command -v redis-cli >/dev/null && redis-cli config get appendonly 2>/dev/null | grep -q '^no$' || return 0
	redis-cli config set appendonly yes >/dev/null
	while redis-cli info persistence | grep -Eq 'aof_rewrite_(in_progress|scheduled):1'; do sleep 1; done
}

redis() {
	[ -n "$root" ] || append
	put 644 "$here/systemd/redis.conf" /etc/redis/zhilu.conf
	put 644 "$here/systemd/redis-server.conf" /etc/systemd/system/redis-server.service.d/zhilu.conf
	[ -z "$root" ] || return 0
	if ! command -v redis-server >/dev/null; then
		run apt-get update -qq
		run env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends redis-server
	fi
	run systemctl daemon-reload
	run systemctl enable -q redis-server
	if [ $changed = yes ]; then
		run systemctl restart redis-server
	fi
}

user() {
	[ -z "$root" ] || return 0
	if ! getent passwd zhilu >/dev/null; then
		run useradd --system --home-dir /var/lib/zhilu --no-create-home --shell /usr/sbin/nologin zhilu
	fi
}

secrets() {
	dir=/etc/zhilu/credentials
	if [ ! -d "$root$dir" ]; then
		run mkdir -p "$root$dir"
		run chmod 700 "$root$dir"
	fi
	keep $dir/ZHILU_SECRET "$(random_hex 32)"
	keep $dir/ZHILU_REDIS_URL "redis://127.0.0.1:6379/0"
	keep $dir/ZHILU_WECHAT_APP_SECRET "${ZHILU_WECHAT_APP_SECRET:-}"
	keep $dir/ZHILU_WECHAT_TOKEN "${ZHILU_WECHAT_TOKEN:-$(random_hex 16)}"
	keep $dir/ZHILU_WECHAT_AES_KEY "${ZHILU_WECHAT_AES_KEY:-$(random_hex 22 | cut -c 1-43)}"
	keep $dir/ZHILU_WECHAT_TOKEN_PREVIOUS ""
	keep $dir/ZHILU_WECHAT_AES_KEY_PREVIOUS ""
}

settings() {
	keep /etc/zhilu/zhilu.env "$(cat "$here/zhilu.env.example")

# Written by install.sh. Addresses and secrets are set by the unit: leave them out here.
ZHILU_WECHAT_APP_ID=${ZHILU_WECHAT_APP_ID:-}
ZHILU_CONSOLE_URL=${ZHILU_CONSOLE_URL:-}
"
}

instances() {
	[ -z "$root" ] || return 0
	run systemctl daemon-reload
	if [ $dry = yes ]; then
		echo "would start, or restart one after the other: zhilu@1 zhilu@2"
		return
	fi
	if ! grep -q '^ZHILU_WECHAT_APP_ID=.' /etc/zhilu/zhilu.env; then
		echo "next: write the app id into /etc/zhilu/zhilu.env, then run this again"
		return
	fi
	systemctl enable -q zhilu@1 zhilu@2
	if [ $changed = yes ] || ! systemctl is-active -q zhilu@1 || ! systemctl is-active -q zhilu@2; then
		systemctl restart zhilu@1 # returns when it is ready
		systemctl restart zhilu@2
	fi
	echo "running; the token and the key for the account's settings: /etc/zhilu/credentials"
	echo "next: a proxy with TLS (deploy/Caddyfile or deploy/nginx.conf), and zhilu-admin operator add"
}

changed=no
check
redis
changed=no
user
secrets
settings
put 755 "$binary" /usr/local/bin/zhilu
put 755 "$here/systemd/zhilu-admin" /usr/local/sbin/zhilu-admin
put 644 "$here/systemd/zhilu@.service" /etc/systemd/system/zhilu@.service
instances
