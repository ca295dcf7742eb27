# Turns text files into one C header: an enum and a table.
#
#	awk -v prefix=Q -v table=queries -v comment=-- -v many=1 -f embed.awk FILE...
#
# many=1: a file holds several texts, each after a heading "<comment> name: x";
# many=0: each file is one text, named by its base name without the ending.
# The enum value of text x is PREFIX_X; the table has { "x", "text" } in the
# same order.  Comment lines before a text's first other line are left out.
# What several texts share stands once, after "<comment> part: x", and in each
# of them where a line "<comment> use: x" is.
function start(n) {
	name[count] = n
	text[count] = ""
	count++
}
function quoted(s,    out, i, c) {
	out = ""
	for (i = 1; i <= length(s); i++) {
		c = substr(s, i, 1)
		if (c == "\\" || c == "\"")
			out = out "\\" c
		else if (c == "\t")
			out = out "\\t"
		else
			out = out c
	}
	return out
}
BEGIN { count = 0 }
# Lines that a mutant (./configure --with-mutant) leaves out.
FNR == 1 { left_out = 0 }
{
	mark = $0
	sub(/^[ \t]*/, "", mark)
}
index(mark, comment " mutant ") == 1 {
	left_out = mutant != "" && \
	    mark == comment " mutant " mutant " leaves out:"
	next
}
left_out { next }
FNR == 1 && !many {
	n = FILENAME
	sub(/.*\//, "", n)
	sub(/\.[^.]*$/, "", n)
	start(n)
}
many && index($0, comment " name: ") == 1 {
	start(substr($0, length(comment) + 8))
	of = ""
	next
}
many && index($0, comment " part: ") == 1 {
	of = substr($0, length(comment) + 8)
	part[of] = ""
	next
}
many && index($0, comment " use: ") == 1 {
	n = substr($0, length(comment) + 7)
	if (!(n in part)) {
		print FILENAME ":" FNR ": there is no part " n > "/dev/stderr"
		exit failed = 1
	}
	text[count - 1] = text[count - 1] part[n]
	next
}
of != "" {
	if (part[of] == "" && index($0, comment) == 1)
		next
	part[of] = part[of] "\t    \"" quoted($0) "\\n\"\n"
	next
}
count > 0 {
	if (text[count - 1] == "" && (index($0, comment) == 1 || $0 == ""))
		next
	text[count - 1] = text[count - 1] "\t    \"" quoted($0) "\\n\"\n"
}
END {
	if (failed)
		exit 1
	print "/* Made by embed.awk: change the sources instead. */"
	print "enum " tolower(table) "_id {"
	for (i = 0; i < count; i++)
		print "\t" prefix "_" toupper(name[i]) ","
	print "\t" prefix "__MAX"
	print "};"
	print ""
	print "static const struct { const char *name; const char *text; } " table "[] = {"
	for (i = 0; i < count; i++)
		print "\t{ \"" name[i] "\",\n" text[i] "\t},"
	print "};"
}
