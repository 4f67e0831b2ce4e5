#include "services/gateway/routes/core/rendered_answer.h"

#include "services/gateway/routes/core/answers.h"

namespace marquee::gateway {

Response RenderedAnswer(std::string_view content_type, const RenderedCache::Answer& answer) {
  const RenderedBody& body = *answer.body;
  Response response = Response::Shared(200, content_type, body.bytes);
  response.headers.Add("ETag", body.etag);
  if (body.coding != Coding::kIdentity) {
    response.headers.Add("Content-Encoding", CodingName(body.coding));
  }
  response.headers.Add("X-Cache", answer.hit ? "HIT" : "MISS");
  response.headers.Add("Cache-Status",
                       answer.hit ? "marquee-edge; hit" : "marquee-edge; fwd=miss; stored");
  if (answer.hit) AddAge(answer.age, response);
  return response;
}

}  // namespace marquee::gateway
