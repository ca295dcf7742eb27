> @The @who@ @@@what@@ it.
