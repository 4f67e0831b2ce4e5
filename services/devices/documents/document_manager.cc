#include "services/devices/documents/document_manager.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "libs/base/status.h"
#include "libs/rpc/error_info.h"
#include "services/devices/documents/document_rules.h"
#include "services/devices/documents/document_secrets.h"

namespace marquee::devices {
namespace {

namespace json = boost::json;

constexpr size_t kMaxAuthorBytes = 256;
constexpr size_t kMaxRequestIdBytes = 256;

absl::StatusOr<json::object> ParseObject(std::string_view text) {
  boost::system::error_code error;
  json::value parsed = json::parse(json::string_view(text.data(), text.size()), error);
  if (error || !parsed.is_object()) return absl::InvalidArgumentError("expected a JSON object");
  return std::move(parsed.get_object());
}

absl::Status CheckId(std::string_view document_id) {
  const auto ids = DocumentManager::Ids();
  if (std::ranges::find(ids, document_id) != ids.end()) return absl::OkStatus();
  return absl::NotFoundError(fmt::format("no document has the id {}; existing documents: {}",
                                         document_id, fmt::join(ids, ", ")));
}

absl::Status NoSuchVersion(std::string_view document_id, int64_t version) {
  return absl::NotFoundError(
      fmt::format("document {}: version {} is not stored; only the last {} are", document_id,
                  version, kDocumentVersionsKept));
}

absl::StatusOr<Document> Masked(Document document) {
  MARQUEE_ASSIGN_OR_RETURN(json::object body, ParseObject(document.body));
  MaskSecrets(body);
  document.body = json::serialize(body);
  return document;
}

Document EmptyDocument(std::string_view document_id) {
  Document document;
  document.document_id = document_id;
  return document;
}

absl::StatusOr<Document> Present(StoreView& store, std::string_view document_id) {
  MARQUEE_ASSIGN_OR_RETURN(auto present, store.FindDocument(document_id, 0));
  return present ? std::move(*present) : EmptyDocument(document_id);
}

absl::Status Invalid(const std::vector<rpc::FieldViolation>& violations) {
  return rpc::WithViolations(absl::InvalidArgumentError(fmt::format(
                                 "{}: {}", violations.front().field, violations.front().message)),
                             violations);
}

absl::Status Stale(const Document& present) {
  return rpc::WithReason(
      absl::AbortedError(fmt::format("document {} was changed in the meantime; read it again",
                                     present.document_id)),
      "STALE_ETAG", {{"version", fmt::format("{}", present.version)}});
}

absl::Status CheckCaller(std::string_view author, std::string_view request_id) {
  if (author.size() > kMaxAuthorBytes || request_id.size() > kMaxRequestIdBytes) {
    return absl::InvalidArgumentError("author, request_id: expected at most 256 bytes");
  }
  return absl::OkStatus();
}

// True: the request was processed before. Otherwise records it in the caller's transaction.
absl::StatusOr<bool> IsRepeat(StoreTransaction& store, std::string_view method,
                              std::string_view request_id, std::string_view document_id,
                              absl::Time now) {
  if (request_id.empty()) return false;
  MARQUEE_ASSIGN_OR_RETURN(const auto known, store.FindRequest(method, request_id));
  if (known) return true;
  MARQUEE_RETURN_IF_ERROR(store.RememberRequest(method, request_id, document_id, now));
  return false;
}

}  // namespace

std::vector<std::string_view> DocumentManager::Ids() {
  return {kDisplayDocument, kPresetsDocument, kSourcesDocument};
}

absl::StatusOr<Document> DocumentManager::Read(std::string_view document_id, int64_t version) {
  MARQUEE_RETURN_IF_ERROR(CheckId(document_id));
  std::optional<Document> found;
  MARQUEE_RETURN_IF_ERROR(deps_.store.Read([&](StoreView& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(found, store.FindDocument(document_id, version));
    return absl::OkStatus();
  }));
  if (!found && version == 0) return EmptyDocument(document_id);
  if (!found) return NoSuchVersion(document_id, version);
  return std::move(*found);
}

absl::StatusOr<Document> DocumentManager::Get(std::string_view document_id, int64_t version) {
  MARQUEE_ASSIGN_OR_RETURN(Document document, Read(document_id, version));
  return Masked(std::move(document));
}

absl::StatusOr<Document> DocumentManager::GetOpen(std::string_view document_id) {
  MARQUEE_ASSIGN_OR_RETURN(Document document, Read(document_id, 0));
  MARQUEE_ASSIGN_OR_RETURN(json::object body, ParseObject(document.body));
  const size_t unreadable = OpenSecrets(body, deps_.box);
  if (unreadable > 0) {
    deps_.logger.Error(
        "stored secrets cannot be unsealed: they were sealed with another key or are damaged; "
        "restore secrets.key, or enter them again",
        {{"document", document_id}, {"secrets", static_cast<int64_t>(unreadable)}});
  }
  document.body = json::serialize(body);
  return document;
}

absl::StatusOr<Document> DocumentManager::Add(StoreTransaction& store, const Document& present,
                                              std::string body, std::string_view author) {
  Document added{.document_id = present.document_id,
                 .version = present.version + 1,
                 .body = std::move(body),
                 .author = std::string(author),
                 .created_at = deps_.clock.Now()};
  MARQUEE_RETURN_IF_ERROR(store.AddDocumentVersion(added));
  MARQUEE_RETURN_IF_ERROR(store.PruneDocumentVersions(added.document_id, kDocumentVersionsKept));
  return added;
}

void DocumentManager::Announce(const Document& document) {
  deps_.bus.Publish(BusTopic::kDocumentChanged, document.document_id);
  if (document.document_id == kDisplayDocument) {
    deps_.bus.Publish(BusTopic::kSettingsChanged, "");
  }
  deps_.logger.Info("settings changed", {{"document", document.document_id},
                                         {"version", document.version},
                                         {"author", document.author}});
}

absl::StatusOr<Document> DocumentManager::Update(const DocumentUpdate& update) {
  MARQUEE_RETURN_IF_ERROR(CheckId(update.document_id));
  MARQUEE_RETURN_IF_ERROR(CheckCaller(update.author, update.request_id));
  if (update.body.size() > kMaxDocumentBytes) {
    return absl::InvalidArgumentError("the document is larger than 1 MiB");
  }
  MARQUEE_ASSIGN_OR_RETURN(json::object fresh, ParseObject(update.body));
  std::vector<rpc::FieldViolation> unknown;
  const auto violations =
      CheckDocument(update.document_id, fresh, update.accept_unknown ? &unknown : nullptr);
  if (!violations.empty()) return Invalid(violations);
  SealSecrets(fresh, deps_.box);

  Document updated;
  bool repeat = false;
  MARQUEE_RETURN_IF_ERROR(deps_.store.Write([&](StoreTransaction& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(Document present, Present(store, update.document_id));
    MARQUEE_ASSIGN_OR_RETURN(repeat, IsRepeat(store, "UpdateDocument", update.request_id,
                                              update.document_id, deps_.clock.Now()));
    if (repeat) {
      updated = std::move(present);
      return absl::OkStatus();
    }
    if (update.version && *update.version != present.version) return Stale(present);
    MARQUEE_ASSIGN_OR_RETURN(const json::object before, ParseObject(present.body));
    json::object body = fresh;
    std::vector<rpc::FieldViolation> masks;
    KeepSecrets(body, before, masks);
    if (!masks.empty()) return Invalid(masks);
    MARQUEE_ASSIGN_OR_RETURN(updated, Add(store, present, json::serialize(body), update.author));
    return absl::OkStatus();
  }));
  for (const rpc::FieldViolation& word : unknown) {
    deps_.logger.Warn(
        "an unknown setting was accepted",
        {{"document", update.document_id}, {"field", word.field}, {"reason", word.message}});
  }
  if (!repeat) Announce(updated);
  return Masked(std::move(updated));
}

absl::StatusOr<std::vector<Document>> DocumentManager::Versions(std::string_view document_id) {
  MARQUEE_RETURN_IF_ERROR(CheckId(document_id));
  std::vector<Document> versions;
  MARQUEE_RETURN_IF_ERROR(deps_.store.Read([&](StoreView& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(versions, store.ListDocumentVersions(document_id));
    return absl::OkStatus();
  }));
  return versions;
}

absl::StatusOr<std::vector<DocumentChange>> DocumentManager::Diff(std::string_view document_id,
                                                                  int64_t from, int64_t to) {
  MARQUEE_ASSIGN_OR_RETURN(const Document later, Read(document_id, to));
  if (from == 0) from = later.version - 1;
  Document earlier = EmptyDocument(document_id);  // version 0 is empty
  if (from > 0) {
    MARQUEE_ASSIGN_OR_RETURN(earlier, Read(document_id, from));
  }
  MARQUEE_ASSIGN_OR_RETURN(json::object before, ParseObject(earlier.body));
  MARQUEE_ASSIGN_OR_RETURN(json::object after, ParseObject(later.body));
  // Compared sealed, so that a changed secret appears as a change of two masks.
  std::vector<DocumentChange> changes = DiffDocuments(before, after);
  for (DocumentChange& change : changes) {
    for (std::optional<std::string>* side : {&change.before, &change.after}) {
      if (!*side) continue;
      json::object shown;
      // Keep the last key of the path, so that MaskSecrets recognises a single secret.
      const std::string key = change.path.substr(change.path.rfind('/') + 1);
      shown[key] = json::parse(**side);
      MaskSecrets(shown);
      *side = json::serialize(shown[key]);
    }
  }
  return changes;
}

absl::StatusOr<Document> DocumentManager::Restore(std::string_view document_id, int64_t version,
                                                  std::string_view author,
                                                  std::string_view request_id) {
  MARQUEE_RETURN_IF_ERROR(CheckId(document_id));
  MARQUEE_RETURN_IF_ERROR(CheckCaller(author, request_id));
  if (version <= 0) return NoSuchVersion(document_id, version);
  Document restored;
  bool repeat = false;
  MARQUEE_RETURN_IF_ERROR(deps_.store.Write([&](StoreTransaction& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(Document present, Present(store, document_id));
    MARQUEE_ASSIGN_OR_RETURN(
        repeat, IsRepeat(store, "RestoreDocument", request_id, document_id, deps_.clock.Now()));
    if (repeat) {
      restored = std::move(present);
      return absl::OkStatus();
    }
    MARQUEE_ASSIGN_OR_RETURN(auto earlier, store.FindDocument(document_id, version));
    if (!earlier) return NoSuchVersion(document_id, version);
    MARQUEE_ASSIGN_OR_RETURN(restored, Add(store, present, std::move(earlier->body), author));
    return absl::OkStatus();
  }));
  if (!repeat) Announce(restored);
  return Masked(std::move(restored));
}

}  // namespace marquee::devices
