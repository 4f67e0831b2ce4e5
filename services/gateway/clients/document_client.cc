#include "services/gateway/clients/document_client.h"

#include <utility>

#include "libs/base/status.h"
#include "services/gateway/clients/device_convert.h"
#include "services/gateway/clients/unary.h"

namespace marquee::gateway {

namespace asio = boost::asio;
namespace pb = marquee::devices::v1;
using Async = class pb::SettingsService::Stub::async;

namespace {

SettingsDocument ToDocument(const pb::Document& from) {
  return {.id = from.document_id(),
          .version = from.version(),
          .body_json = ToJson(from.body()),
          .etag = from.etag()};
}

}  // namespace

DocumentClient::DocumentClient(Options options, Deps deps)
    : options_(options),
      deps_(std::move(deps)),
      stub_(pb::SettingsService::NewStub(deps_.channel)) {}

DocumentClient::~DocumentClient() = default;

asio::awaitable<absl::StatusOr<SettingsDocument>> DocumentClient::Get(std::string id) {
  pb::GetDocumentRequest request;
  request.set_document_id(std::move(id));
  auto start = AsyncMethod(stub_->async(), &Async::GetDocument);
  const auto answer = co_await ReadUnary<pb::GetDocumentRequest, pb::GetDocumentResponse>(
      deps_.retries, in_flight_, deps_.clock, options_.deadline, std::move(request),
      std::move(start));
  if (!answer.ok()) co_return answer.status();
  co_return ToDocument(answer->document());
}

asio::awaitable<absl::StatusOr<SettingsDocument>> DocumentClient::Put(SettingsDocument document,
                                                                      std::string author) {
  pb::UpdateDocumentRequest request;
  request.set_document_id(std::move(document.id));
  auto body = FromJson(document.body_json);
  if (!body.ok()) co_return body.status();
  *request.mutable_body() = *std::move(body);
  request.set_etag(std::move(document.etag));
  request.set_accept_unknown(document.accept_unknown);
  request.set_author(std::move(author));
  auto start = AsyncMethod(stub_->async(), &Async::UpdateDocument);
  const auto answer = co_await CallUnary<pb::UpdateDocumentRequest, pb::UpdateDocumentResponse>(
      in_flight_, deps_.clock, options_.deadline, std::move(request), std::move(start));
  if (!answer.ok()) co_return answer.status();
  co_return ToDocument(answer->document());
}

}  // namespace marquee::gateway
