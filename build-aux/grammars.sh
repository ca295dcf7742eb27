#!/bin/sh
# grammars.sh DIR: the grammars of tree-sitter as sources below DIR, one
# directory a language.  They are npm packages, pinned by version and digest;
# generated parsers of 35 megabytes together are not for a source tree.  What
# was fetched once is kept ($ASSIZE_GRAMMARS, else below ~/.cache).
#
# Versions with language ABI 14 are the last that Debian 12's libtree-sitter
# (0.20.7) takes.
set -eu
dir=${1:?grammars.sh DIR}
cache=${ASSIZE_GRAMMARS:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/assize}
registry=${npm_config_registry:-https://registry.npmjs.org}

list() {
	cat <<-END
	c 0.20.8 d77f7728d7e78faeec0a9a148ef4dadb0d7353587fdd6bd9dcecff910ce931084e8c95114db1c088c82e29b04786f78672888f59cd7d6ce6dfc9b4ce5b1568ac
	cpp 0.20.5 c7fabb8af797b6f41a5947027ae2fa815b41782eafa3c0a889334615686089a36535e23d76e9f4faa2568698df39f1189d14589e4bef9e30e69fafe806316c8d
	java 0.20.2 8dce910a733e244da7b35024a44acea760e9d633800cf6e58ecad6ba9d158f6a93986f0a1983124c3ec772b551c99502ea944b17248f30e87cc7b0e7d766b29f
	javascript 0.20.4 ec85201a465044e23b3265f612b2a113760fe3eaccdaac01cb925eba413b7c940c1183fd9c7a71bee4296be78e5fe844d629b6a5655cd720c27d528a081b71c3
	python 0.20.4 17ef78abfb7dfb8279c9a42799f02a11fe0e6458ee86eca7891b5bf4fda33da0701eb6f224be3844a1402e8bd9c61174b322c52a94d0ece0f2c32886781d5832
	END
}

# good FILE DIGEST
good() {
	[ -f "$1" ] && [ "$(sha512sum <"$1" | cut -d' ' -f1)" = "$2" ]
}

# fetch NAME VERSION DIGEST: the package's archive into the cache
fetch() {
	file=tree-sitter-$1-$2.tgz
	good "$cache/$file" "$3" && return 0
	mkdir -p "$cache"
	tmp=$(mktemp "$cache/fetch.XXXXXX")
	curl -fsS --retry 3 --max-time 120 -o "$tmp" \
	    "$registry/tree-sitter-$1/-/$file" || { rm -f "$tmp"; return 1; }
	if ! good "$tmp" "$3"; then
		echo "tree-sitter-$1 $2 is not what it was" >&2
		rm -f "$tmp"
		return 1
	fi
	mv "$tmp" "$cache/$file"
}

list | while read -r name version digest; do
	[ -f "$dir/$name/.$version" ] && continue
	fetch "$name" "$version" "$digest" || exit 1
	rm -rf "${dir:?}/$name"
	mkdir -p "$dir/$name"
	tar -xzf "$cache/tree-sitter-$name-$version.tgz" -C "$dir/$name" \
	    --strip-components=2 package/src
	# Each with its own header: another one's makes parsers that never end.
	sed -i 's|^#include <\(tree_sitter/.*\)>|#include "\1"|' \
	    "$dir/$name"/*.c
	touch "$dir/$name/.$version"
done
