-- Packages as NOJ's runners take them: made when the package is uploaded, for
-- those that have the form of tasks and cases; never changed.
CREATE TABLE package_testdata (
	package_id text
	    CONSTRAINT package_testdata_pk PRIMARY KEY
	    CONSTRAINT package_testdata_package_fk REFERENCES package,
	digest bytea NOT NULL
	    CONSTRAINT package_testdata_blob_fk REFERENCES blob,
	-- To the byte as it is hashed: jsonb would reorder it.
	meta text NOT NULL,
	checksum text NOT NULL
	    CONSTRAINT package_testdata_checksum_ck
		CHECK (checksum ~ '^[0-9a-f]{32}$')
);
