# What src/runner/languages.d/*.yaml say of each language to those who do not
# run it, from lines "key: value" at the left edge; the runner reads all of it
# as YAML, and tests/unit/test_languages.c compares the two.
#
#	awk -v what=enum -f languages.awk FILE...	enum language_id
#	awk -v what=rows -f languages.awk FILE...	rows of grade/language.c
#	awk -v what=sql -f languages.awk FILE...	rows of the table language
function value(line) {
	sub(/^[a-z_]+:[ \t]*/, "", line)
	gsub(/^"|"$/, "", line)
	return line
}
function words(list,    n, parts, i, out) {
	gsub(/[][ ]/, "", list)
	n = split(list, parts, ",")
	out = ""
	for (i = 1; i <= n; i++)
		out = out "\"" parts[i] "\", "
	return out
}
/^id:/ {
	id = value($0)
	if (id in name) {
		print FILENAME ": id " id " is taken" >"/dev/stderr"
		exit bad = 1
	}
	name[id] = ""
	also[id] = "NULL"
	factor[id] = 1
	if (id + 1 > count)
		count = id + 1
}
/^name:/ { name[id] = value($0) }
/^title:/ { title[id] = value($0) }
/^extensions:/ { extensions[id] = words(value($0)) }
/^main_file:/ { main[id] = value($0) }
/^main_also:/ { also[id] = "\"" value($0) "\"" }
/^time_factor:/ { factor[id] = value($0) }
/^main_rule:/ { rule[id] = toupper(value($0)) }
END {
	if (bad)
		exit 1
	for (i = 0; i < count; i++) {
		if (!(i in name)) {
			print "no language has the id " i >"/dev/stderr"
			exit 1
		}
		if (what == "enum")
			printf "\tLANGUAGE_%s,\n", toupper(name[i])
		else if (what == "rows")
			printf "\t{ %d, \"%s\", \"%s\", (const char *const[]) " \
			    "{ %sNULL }, \"%s\",\n\t  %s, LANGUAGE_IS_%s },\n",
			    i, name[i], title[i], extensions[i], main[i],
			    also[i], rule[i]
		else
			printf "%s\t('%s', %d, '%s', %s)", i ? ",\n" : "" \
			    "INSERT INTO language (name, code, title, " \
			    "time_factor) VALUES\n",
			    name[i], i, title[i], factor[i]
	}
	if (what == "sql")
		print "\nON CONFLICT (name) DO UPDATE\n   SET code = " \
		    "excluded.code, title = excluded.title,\n" \
		    "       time_factor = excluded.time_factor;"
}
