package io.balsa.raft.examples.kvstore;

import io.balsa.raft.Applied;
import io.balsa.raft.NotLeaderException;
import io.balsa.raft.Outcome;
import io.balsa.raft.ProposalRefusedException;
import io.balsa.raft.RaftException;
import io.balsa.raft.RaftNode;
import io.balsa.raft.ReadPolicy;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client API: turns a request into a command or a read, waits, and says what became of it.
 *
 * <p>The answers keep three promises. A success comes after the commit. 307 and 503 mean that the request had no effect
 * and never will. What cannot be known is 504 with the outcome "unknown".
 */
final class KvApi {

    /** Reads the body of a request, or throws if it is too long. */
    interface Body {
        byte[] read(int maxBytes) throws IOException, HttpProblem;
    }

    private static final Logger log = LoggerFactory.getLogger(KvApi.class);

    private static final String RETRY_AFTER_SECONDS = "1";

    private final RaftNode node;
    private final KvStateMachine stateMachine;
    private final Duration deadline;

    /** An API to this node; no request waits for longer than {@code deadline}. */
    KvApi(RaftNode node, KvStateMachine stateMachine, Duration deadline) {
        this.node = node;
        this.stateMachine = stateMachine;
        this.deadline = deadline;
    }

    Reply handle(String method, URI target, Body body) throws IOException {
        try {
            Route route = Route.of(target);
            if (!route.knows(method)) {
                return Reply.error(405, "this place knows " + route.methods()).with("Allow", route.methods());
            }
            return switch (route.kind()) {
                case STATS -> Reply.json(200, Json.stats(node.status()));
                case CAS -> write(compareAndSet(route.key(), body), target);
                case KEY -> handleKey(method, route.key(), target, body);
            };
        } catch (HttpProblem problem) {
            return Reply.error(problem.status(), problem.sentence());
        }
    }

    private Reply handleKey(String method, String key, URI target, Body body) throws IOException, HttpProblem {
        return switch (method) {
            case "PUT" -> write(new KvCommand.Put(key, Bytes.copyOf(body.read(KvCodec.MAX_VALUE_BYTES))), target);
            case "DELETE" -> write(new KvCommand.Delete(key), target);
            default -> read(key, Route.readPolicy(target));
        };
    }

    private static KvCommand compareAndSet(String key, Body body) throws IOException, HttpProblem {
        byte[] json = body.read(KvCodec.MAX_VALUE_BYTES);
        try {
            return Json.readCompareAndSet(key, json);
        } catch (IllegalArgumentException e) {
            throw new HttpProblem(400, String.valueOf(e.getMessage()));
        }
    }

    private Reply write(KvCommand command, URI target) {
        try {
            return applied(command, await(node.propose(KvCodec.encode(command))));
        } catch (ExecutionException e) {
            return writeFailed(e.getCause(), target);
        } catch (TimeoutException e) {
            return outcomeUnknown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return outcomeUnknown();
        }
    }

    private Reply writeFailed(@Nullable Throwable cause, URI target) {
        if (cause instanceof NotLeaderException notLeader) {
            return redirect(notLeader, target);
        }
        if (cause instanceof ProposalRefusedException refused
                && refused.reason() == ProposalRefusedException.Reason.TOO_LARGE) {
            return Reply.error(413, String.valueOf(refused.getMessage()));
        }
        if (cause instanceof RaftException failure && failure.outcome() == Outcome.NOT_APPLIED) {
            return unavailable(String.valueOf(failure.getMessage()));
        }
        if (!(cause instanceof RaftException)) {
            log.warn("A proposal failed in a way that was not foreseen", cause);
        }
        return outcomeUnknown();
    }

    private Reply redirect(NotLeaderException notLeader, URI target) {
        Optional<String> address = notLeader
                .leader()
                .filter(leader -> !leader.id().equals(node.identity().node()))
                .flatMap(leader -> stateMachine.clientAddress(leader.id().value()));
        if (address.isEmpty()) {
            return unavailable("this server does not lead, and does not know where clients reach the leader");
        }
        String query = target.getRawQuery() == null ? "" : "?" + target.getRawQuery();
        return Reply.error(307, "this server does not lead")
                .with("Location", address.get() + target.getRawPath() + query);
    }

    private static Reply applied(KvCommand command, Applied applied) {
        KvResult result = KvCodec.decodeResult(applied.result());
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("index", applied.index());
        json.put("term", applied.term());
        if (command instanceof KvCommand.Delete) {
            json.put("existed", result.status() == KvResult.Status.DONE);
        }
        return switch (result.status()) {
            case DONE, ABSENT -> Reply.json(200, json);
            case MISMATCH -> Reply.json(409, Json.actual(result.value()));
            case INVALID ->
                Reply.error(400, result.value().flatMap(Bytes::asText).orElse("the command was not understood"));
        };
    }

    private Reply read(String key, ReadPolicy policy) {
        try {
            Optional<Bytes> value = await(node.read(policy, () -> stateMachine.value(key)));
            return value.map(found -> new Reply(200, Map.of("Content-Type", "application/octet-stream"), found))
                    .orElseGet(() -> Reply.error(404, "there is no such key"));
        } catch (ExecutionException e) {
            // Whatever it was, a read changes nothing: it may always be tried again.
            if (!(e.getCause() instanceof RaftException)) {
                log.warn("A read failed in a way that was not foreseen", e.getCause());
            }
            return unavailable("this server cannot answer at the moment: "
                    + (e.getCause() == null ? e.getMessage() : e.getCause().getMessage()));
        } catch (TimeoutException e) {
            return unavailable("no leader confirmed the read in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return unavailable("this server is stopping");
        }
    }

    private <T> T await(CompletableFuture<T> future) throws ExecutionException, InterruptedException, TimeoutException {
        return future.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Reply outcomeUnknown() {
        return Reply.json(504, Map.of("outcome", "unknown"));
    }

    /** 503: certainly not executed. */
    static Reply unavailable(String sentence) {
        return Reply.error(503, sentence).with("Retry-After", RETRY_AFTER_SECONDS);
    }
}
