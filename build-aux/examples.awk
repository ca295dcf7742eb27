# Turns files into the entries of a C table: {"path", "text"}, in the order in
# which they are given, with their path less its first parts.
#
#	awk -v root=src/cli/examples/ -f examples.awk FILE...
function quoted(s) {
	gsub(/[\\"]/, "\\\\&", s)
	gsub(/\t/, "\\t", s)
	return s
}
FNR == 1 {
	if (NR > 1)
		print "\t    },"
	printf "\t{ \"%s\",\n", substr(FILENAME, index(FILENAME, root) + length(root))
}
{ printf "\t    \"%s\\n\"\n", quoted($0) }
END {
	if (NR > 0)
		print "\t    },"
}
