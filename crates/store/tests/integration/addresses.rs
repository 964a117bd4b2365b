//! The address of a store: which backend it belongs to.

/// Otherwise the error would be about a folder that the user never named.
#[tokio::test]
async fn a_store_across_a_network_is_not_taken_for_a_file() {
    for place in ["mysql://u:secret@db/x", "sqlite://a.db", "https://h/x"] {
        let error = store::open(place).await.err().expect(place).to_string();
        assert!(error.contains("is not supported") && error.contains("the path of a SQLite file"), "{error}");
        assert!(!error.contains("secret") && !error.contains("folder"), "{error}");
    }
}

#[cfg(not(feature = "postgres"))]
#[tokio::test]
async fn program_without_postgres_says_how_to_build_it() {
    for place in ["postgres://localhost/ifmatch", "postgresql://u:secret@db:5432/x"] {
        let error = store::open(place).await.err().expect(place).to_string();
        assert!(error.contains("cargo install --path crates/ifmatch --features postgres"), "{error}");
        assert!(!error.contains("secret"), "{error}");
    }
}
