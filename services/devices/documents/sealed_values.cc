#include "services/devices/documents/sealed_values.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "libs/base/status.h"
#include "services/devices/documents/document_manager.h"
#include "services/devices/documents/document_secrets.h"

namespace marquee::devices {
namespace {

namespace json = boost::json;

// The body with empty secrets; unset if it has none.
std::optional<std::string> WithoutSecrets(const std::string& body) {
  boost::system::error_code error;
  json::value parsed = json::parse(body, error);
  if (error || !parsed.is_object()) return std::nullopt;
  if (EraseSealed(parsed.get_object()) == 0) return std::nullopt;
  return json::serialize(parsed);
}

}  // namespace

absl::StatusOr<bool> HoldsSealedValues(StoreView& store) {
  for (const std::string_view id : DocumentManager::Ids()) {
    MARQUEE_ASSIGN_OR_RETURN(const auto document, store.FindDocument(id, 0));
    if (document && WithoutSecrets(document->body)) return true;
  }
  MARQUEE_ASSIGN_OR_RETURN(const auto accounts, store.ListAccounts());
  for (const Account& account : accounts) {
    if (!account.totp_secret.empty() || !account.totp_pending.empty()) return true;
  }
  return false;
}

absl::Status ForgetSealedValues(StoreTransaction& store, absl::Time now) {
  for (const std::string_view id : DocumentManager::Ids()) {
    MARQUEE_ASSIGN_OR_RETURN(auto document, store.FindDocument(id, 0));
    if (!document) continue;
    auto body = WithoutSecrets(document->body);
    if (!body) continue;
    document->body = *std::move(body);
    ++document->version;
    document->author = "--forget-secrets";
    document->created_at = now;
    MARQUEE_RETURN_IF_ERROR(store.AddDocumentVersion(*document));
    MARQUEE_RETURN_IF_ERROR(store.PruneDocumentVersions(id, kDocumentVersionsKept));
  }
  MARQUEE_ASSIGN_OR_RETURN(auto accounts, store.ListAccounts());
  for (Account& account : accounts) {
    if (account.totp_secret.empty() && account.totp_pending.empty()) continue;
    account.totp_secret.clear();
    account.totp_pending.clear();
    MARQUEE_RETURN_IF_ERROR(store.PutAccount(account));
  }
  return absl::OkStatus();
}

}  // namespace marquee::devices
