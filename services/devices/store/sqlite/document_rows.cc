#include "libs/base/status.h"
#include "services/devices/store/sqlite/row_mapping.h"
#include "services/devices/store/sqlite/rows.h"

namespace marquee::devices {
namespace {

constexpr char kFindVersion[] =
    "SELECT document_id, version, body, author, created_at FROM documents WHERE document_id = ?1 "
    "AND version = ?2";
constexpr char kFindNewest[] =
    "SELECT document_id, version, body, author, created_at FROM documents WHERE document_id = ?1 "
    "ORDER BY version DESC LIMIT 1";
constexpr char kListVersions[] =
    "SELECT document_id, version, '{}', author, created_at FROM documents WHERE document_id = ?1 "
    "ORDER BY version DESC";
constexpr char kAddVersion[] =
    "INSERT INTO documents (document_id, version, body, author, created_at) VALUES (?1, ?2, ?3, "
    "?4, ?5)";
constexpr char kPruneVersions[] =
    "DELETE FROM documents WHERE document_id = ?1 AND version <= (SELECT version FROM documents "
    "WHERE document_id = ?1 ORDER BY version DESC LIMIT 1 OFFSET ?2)";
constexpr char kFindRequest[] =
    "SELECT resource FROM requests WHERE method = ?1 AND request_id = ?2";
constexpr char kRemember[] =
    "INSERT INTO requests (method, request_id, resource, created_at) VALUES (?1, ?2, ?3, ?4)";
constexpr char kForgetRequests[] = "DELETE FROM requests WHERE created_at < ?1";

Document DocumentFromRow(const Statement& row) {
  Document document;
  document.document_id = row.Text(0);
  document.version = row.Int(1);
  document.body = row.Text(2);
  document.author = row.Text(3);
  document.created_at = row.Time(4);
  return document;
}

}  // namespace

absl::StatusOr<std::optional<Document>> SqliteRows::FindDocument(std::string_view document_id,
                                                                 int64_t version) {
  MARQUEE_ASSIGN_OR_RETURN(Statement find, db_.Prepare(version == 0 ? kFindNewest : kFindVersion));
  find.Text(1, document_id);
  if (version != 0) find.Int(2, version);
  return First(find, DocumentFromRow);
}

absl::StatusOr<std::vector<Document>> SqliteRows::ListDocumentVersions(
    std::string_view document_id) {
  MARQUEE_ASSIGN_OR_RETURN(Statement list, db_.Prepare(kListVersions));
  list.Text(1, document_id);
  return All(list, DocumentFromRow);
}

absl::Status SqliteRows::AddDocumentVersion(const Document& document) {
  MARQUEE_ASSIGN_OR_RETURN(Statement add, db_.Prepare(kAddVersion));
  return add.Text(1, document.document_id)
      .Int(2, document.version)
      .Text(3, document.body)
      .Text(4, document.author)
      .Time(5, document.created_at)
      .Run();
}

absl::Status SqliteRows::PruneDocumentVersions(std::string_view document_id, size_t keep) {
  MARQUEE_ASSIGN_OR_RETURN(Statement prune, db_.Prepare(kPruneVersions));
  return prune.Text(1, document_id).Int(2, static_cast<int64_t>(keep)).Run();
}

absl::StatusOr<std::optional<std::string>> SqliteRows::FindRequest(std::string_view method,
                                                                   std::string_view request_id) {
  MARQUEE_ASSIGN_OR_RETURN(Statement find, db_.Prepare(kFindRequest));
  find.Text(1, method).Text(2, request_id);
  return First(find, FirstText);
}

absl::Status SqliteRows::RememberRequest(std::string_view method, std::string_view request_id,
                                         std::string_view resource, absl::Time now) {
  MARQUEE_ASSIGN_OR_RETURN(Statement remember, db_.Prepare(kRemember));
  return remember.Text(1, method).Text(2, request_id).Text(3, resource).Time(4, now).Run();
}

absl::Status SqliteRows::ForgetRequestsBefore(absl::Time oldest) {
  MARQUEE_ASSIGN_OR_RETURN(Statement forget, db_.Prepare(kForgetRequests));
  return forget.Time(1, oldest).Run();
}

}  // namespace marquee::devices
