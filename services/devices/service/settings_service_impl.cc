#include "services/devices/service/settings_service_impl.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <set>
#include <utility>

#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "libs/rpc/tls.h"
#include "services/devices/service/convert.h"
#include "services/devices/service/paging.h"
#include "services/devices/service/run_service_method.h"

namespace marquee::devices {
namespace {

constexpr int kMostVersions = static_cast<int>(kDocumentVersionsKept);

void ToProto(const Document& document, pb::Document& out) {
  out.set_document_id(document.document_id);
  out.set_version(document.version);
  *out.mutable_body() = StructFrom(document.body);
  out.set_etag(EtagFrom(document.version));
  out.set_author(document.author);
  if (document.created_at != absl::InfinitePast()) {
    *out.mutable_created_at() = TimestampFrom(document.created_at);
  }
}

void SetValue(const std::string& json, google::protobuf::Value& out) {
  // The text was written by Boost.JSON, so it is valid.
  if (!google::protobuf::util::JsonStringToMessage(json, &out).ok()) out.Clear();
}

}  // namespace

SettingsServiceImpl::SettingsServiceImpl(Deps deps) : deps_(deps) {
  on_document_ = deps_.bus.Subscribe(BusTopic::kDocumentChanged,
                                     [this](std::string_view id) { NotifyOf(id); });
}

absl::Status SettingsServiceImpl::Get(const pb::GetDocumentRequest& in,
                                      pb::GetDocumentResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(const Document document,
                           deps_.documents.Get(in.document_id(), in.version()));
  ToProto(document, *out.mutable_document());
  return absl::OkStatus();
}

absl::Status SettingsServiceImpl::Update(const pb::UpdateDocumentRequest& in,
                                         pb::UpdateDocumentResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(const auto version, RevisionIfAny(in.etag()));
  MARQUEE_ASSIGN_OR_RETURN(const Document document,
                           deps_.documents.Update({.document_id = in.document_id(),
                                                   .body = JsonFrom(in.body()),
                                                   .version = version,
                                                   .author = in.author(),
                                                   .accept_unknown = in.accept_unknown(),
                                                   .request_id = in.request_id()}));
  ToProto(document, *out.mutable_document());
  return absl::OkStatus();
}

absl::Status SettingsServiceImpl::Versions(const pb::ListDocumentVersionsRequest& in,
                                           pb::ListDocumentVersionsResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(const auto versions, deps_.documents.Versions(in.document_id()));
  MARQUEE_ASSIGN_OR_RETURN(
      const PageRange page,
      PageOf(versions.size(), in.page_size(), in.page_token(), kMostVersions, kMostVersions));
  for (size_t i = page.begin; i < page.end; ++i) {
    ToProto(versions[i], *out.add_versions());
    out.mutable_versions()->rbegin()->clear_body();
  }
  out.set_next_page_token(page.next_token);
  return absl::OkStatus();
}

absl::Status SettingsServiceImpl::Diff(const pb::DiffDocumentRequest& in,
                                       pb::DiffDocumentResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(
      const auto changes,
      deps_.documents.Diff(in.document_id(), in.from_version(), in.to_version()));
  for (const DocumentChange& change : changes) {
    auto& added = *out.add_changes();
    added.set_path(change.path);
    if (change.before) SetValue(*change.before, *added.mutable_before());
    if (change.after) SetValue(*change.after, *added.mutable_after());
  }
  return absl::OkStatus();
}

absl::Status SettingsServiceImpl::Restore(const pb::RestoreDocumentRequest& in,
                                          pb::RestoreDocumentResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(
      const Document document,
      deps_.documents.Restore(in.document_id(), in.version(), in.author(), in.request_id()));
  ToProto(document, *out.mutable_document());
  return absl::OkStatus();
}

absl::Status SettingsServiceImpl::Effective(const pb::GetEffectiveSettingsRequest& in,
                                            pb::GetEffectiveSettingsResponse& out) {
  const SettingsBodyPtr body = deps_.settings_cache.Of(in.device_id());
  *out.mutable_settings() = StructFrom(body->json);
  out.set_content_hash(body->hash);
  out.set_generation(deps_.settings_cache.generation());
  return absl::OkStatus();
}

absl::StatusOr<SettingsServiceImpl::Updates::Keyed> SettingsServiceImpl::OpenDocument(
    std::string_view document_id) {
  MARQUEE_ASSIGN_OR_RETURN(const Document document, deps_.documents.GetOpen(document_id));
  auto message = std::make_shared<pb::WatchSettingsResponse>();
  ToProto(document, *message->mutable_document());
  return Updates::Keyed(document_id, std::move(message));
}

void SettingsServiceImpl::NotifyOf(std::string_view document_id) {
  const base::MutexLock lock(notify_mutex_);
  if (watchers_.empty()) return;
  const auto open = OpenDocument(document_id);
  if (open.ok()) {
    watchers_.Notify(open->first, open->second);
  } else {
    deps_.logger.Error("a changed document cannot be sent to watchers",
                       {{"document", document_id}, {"error", base::MessageOf(open.status())}});
  }
}

bool MayWatch(const std::vector<std::string>& peer_names, const std::set<std::string>& wanted) {
  if (peer_names.empty()) return true;
  const bool gateway = std::ranges::find(peer_names, "marquee-gateway") != peer_names.end();
  return gateway || wanted == std::set<std::string>{"sources"};
}

grpc::ServerWriteReactor<pb::WatchSettingsResponse>* SettingsServiceImpl::WatchSettings(
    grpc::CallbackServerContext* context, const pb::WatchSettingsRequest* request) {
  const base::MutexLock lock(notify_mutex_);
  const std::set<std::string> wanted(request->document_ids().begin(),
                                     request->document_ids().end());
  const auto peer = context->auth_context();
  if (peer && !MayWatch(rpc::PeerNames(*peer), wanted)) {
    return watchers_.Refuse(absl::PermissionDeniedError(
        "document_ids: the playlist service may only watch \"sources\""));
  }
  std::vector<Updates::Keyed> first;
  for (const std::string_view id : DocumentManager::Ids()) {
    if (!wanted.empty() && !wanted.contains(std::string(id))) continue;
    auto open = OpenDocument(id);
    if (!open.ok()) return watchers_.Refuse(open.status());
    first.push_back(*std::move(open));
  }
  if (first.size() < wanted.size()) {
    return watchers_.Refuse(absl::NotFoundError("document_ids: contains an unknown id"));
  }
  return watchers_.Add(first, wanted);
}

void SettingsServiceImpl::EndAll(const absl::Status& status) { watchers_.EndAll(status); }

grpc::ServerUnaryReactor* SettingsServiceImpl::GetDocument(grpc::CallbackServerContext* context,
                                                           const pb::GetDocumentRequest* request,
                                                           pb::GetDocumentResponse* response) {
  return RunServiceMethod(*this, &SettingsServiceImpl::Get, *context, deps_.executor, deps_.clock,
                          *request, *response);
}

grpc::ServerUnaryReactor* SettingsServiceImpl::UpdateDocument(
    grpc::CallbackServerContext* context, const pb::UpdateDocumentRequest* request,
    pb::UpdateDocumentResponse* response) {
  return RunServiceMethod(*this, &SettingsServiceImpl::Update, *context, deps_.executor,
                          deps_.clock, *request, *response);
}

grpc::ServerUnaryReactor* SettingsServiceImpl::ListDocumentVersions(
    grpc::CallbackServerContext* context, const pb::ListDocumentVersionsRequest* request,
    pb::ListDocumentVersionsResponse* response) {
  return RunServiceMethod(*this, &SettingsServiceImpl::Versions, *context, deps_.executor,
                          deps_.clock, *request, *response);
}

grpc::ServerUnaryReactor* SettingsServiceImpl::DiffDocument(grpc::CallbackServerContext* context,
                                                            const pb::DiffDocumentRequest* request,
                                                            pb::DiffDocumentResponse* response) {
  return RunServiceMethod(*this, &SettingsServiceImpl::Diff, *context, deps_.executor, deps_.clock,
                          *request, *response);
}

grpc::ServerUnaryReactor* SettingsServiceImpl::RestoreDocument(
    grpc::CallbackServerContext* context, const pb::RestoreDocumentRequest* request,
    pb::RestoreDocumentResponse* response) {
  return RunServiceMethod(*this, &SettingsServiceImpl::Restore, *context, deps_.executor,
                          deps_.clock, *request, *response);
}

grpc::ServerUnaryReactor* SettingsServiceImpl::GetEffectiveSettings(
    grpc::CallbackServerContext* context, const pb::GetEffectiveSettingsRequest* request,
    pb::GetEffectiveSettingsResponse* response) {
  return RunServiceMethod(*this, &SettingsServiceImpl::Effective, *context, deps_.executor,
                          deps_.clock, *request, *response);
}

}  // namespace marquee::devices
