//! The address of a store: which backend it belongs to.

/// Otherwise the error would be about a folder that the user never named.
#[tokio::test]
async fn a_store_across_a_network_is_not_taken_for_a_file() {
    for place in ["postgres://localhost/ifmatch", "postgresql://u:secret@db:5432/x", "sqlite://a.db", "https://h/x"] {
        let error = store::open(place).await.err().expect(place).to_string();
        assert!(error.contains("only in SQLite") && error.contains("the path of a file"), "{error}");
        assert_eq!(error.contains("PostgreSQL"), place.starts_with("postgres"), "{error}");
        assert!(!error.contains("secret") && !error.contains("folder"), "{error}");
    }
}
