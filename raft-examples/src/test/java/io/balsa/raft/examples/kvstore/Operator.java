package io.balsa.raft.examples.kvstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/** Somebody who changes a cluster of real processes, and asks again when he is told to come back later. */
final class Operator {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Set<String> LATER =
            Set.of("NOT_READY", "CHANGE_IN_PROGRESS", "TRANSFER_IN_PROGRESS", "LAGS", "SNAPSHOT_IN_PROGRESS");
    private static final String MEMBERS = "/admin/members";

    private final LocalCluster cluster;

    Operator(LocalCluster cluster) {
        this.cluster = cluster;
    }

    /** Starts a server that joins, and adds it as a voter. */
    void startAndAdd(long id) throws Exception {
        cluster.startJoining(id);
        cluster.awaitUp(id);
        done(
                "POST",
                MEMBERS,
                Map.of("id", id, "address", cluster.raftAddress(id).toString()));
    }

    /** Starts a server that joins, and adds it without a vote. */
    void startAndAddLearner(long id) throws Exception {
        cluster.startJoining(id);
        cluster.awaitUp(id);
        addLearner(id);
    }

    void addLearner(long id) {
        done(
                "POST",
                MEMBERS,
                Map.of("id", id, "address", cluster.raftAddress(id).toString(), "voter", false));
    }

    /** Starts a server that joins, and puts it in the place of another. */
    void startAndReplace(long oldId, long id) throws Exception {
        cluster.startJoining(id);
        cluster.awaitUp(id);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("id", id);
        body.put("address", cluster.raftAddress(id).toString());
        body.put("replace", oldId);
        done("POST", MEMBERS, body);
    }

    void remove(long id) {
        done("DELETE", MEMBERS + "/" + id, Map.of());
    }

    void prioritize(long id, int priority) {
        done("POST", MEMBERS + "/" + id + "/priority", Map.of("priority", priority));
    }

    /** Hands the leadership to this server. */
    void transfer(long id) {
        JsonNode answer = done("POST", "/admin/transfer", Map.of("target", id));
        assertThat(answer.path("leaderId").asLong()).isEqualTo(id);
    }

    /** Asks until it is done; a refusal for good fails the test. */
    JsonNode done(String method, String path, Map<String, Object> body) {
        AtomicReference<String> last = new AtomicReference<>("");
        List<JsonNode> result = new ArrayList<>();
        LocalCluster.await(PATIENCE, () -> {
            long leader = awaitLeader();
            KvClient client = new KvClient(List.of(cluster.client(leader)), PATIENCE, KvClient.UnknownOutcome.FAIL);
            KvClient.Answer answer = client.administer(
                    method,
                    path,
                    body.isEmpty() ? new byte[0] : Json.write(body).toArray());
            JsonNode json = Json.readObject(answer.body().toArray());
            last.set(answer.status() + " " + json);
            if (answer.status() == 200) {
                result.add(json);
                return true;
            }
            return !LATER.contains(json.path("reason").asString(""));
        });
        assertThat(result)
                .as("%s %s %s was answered %s", method, path, body, last.get())
                .hasSize(1);
        return result.get(0);
    }

    long awaitLeader() {
        return awaitLeaderOtherThan(0);
    }

    long awaitLeaderOtherThan(long former) {
        AtomicLong leader = new AtomicLong();
        boolean led = LocalCluster.await(PATIENCE, () -> {
            leader.set(cluster.leader());
            return leader.get() != 0 && leader.get() != former;
        });
        assertThat(led).as("some server other than %d leads", former).isTrue();
        return leader.get();
    }

    /** Ids of those who vote, as this server knows it. */
    Set<Long> voters(long server) {
        Set<Long> voters = new java.util.TreeSet<>();
        for (JsonNode member : membersAt(server)) {
            if (member.path("voter").asBoolean(false)) {
                voters.add(member.path("id").asLong());
            }
        }
        return voters;
    }

    /** What this server tells of a member. */
    Optional<JsonNode> memberAt(long server, long id) {
        return StreamSupport.stream(membersAt(server).spliterator(), false)
                .filter(member -> member.path("id").asLong() == id)
                .findFirst();
    }

    private JsonNode membersAt(long server) {
        KvClient client =
                new KvClient(List.of(cluster.client(server)), Duration.ofSeconds(5), KvClient.UnknownOutcome.FAIL);
        return client.members(cluster.client(server)).path("members");
    }

    /** A number out of what a server tells about itself; -1 if it does not answer just now. */
    long stat(long id, String name) {
        try {
            return cluster.stats(id).path(name).asLong(-1);
        } catch (KvClientException e) {
            return -1;
        }
    }

    /** Until this server has applied what any other has committed by now. */
    void awaitCaughtUp(long id) {
        long committed = cluster.allStats().values().stream()
                .mapToLong(stats -> stats.path("commitIndex").asLong(0))
                .max()
                .orElse(0);
        assertThat(LocalCluster.await(PATIENCE, () -> stat(id, "appliedIndex") >= committed))
                .as("server %d catches up with index %d", id, committed)
                .isTrue();
    }

    /** Every value that was acknowledged is on each of these servers: asked of the cluster, and in its own copy. */
    void assertNothingMissing(Iterable<Long> servers, Map<String, String> acknowledged) throws InterruptedException {
        for (long id : servers) {
            assertThat(ReadBack.missing(cluster.client(id), acknowledged, KvClient::get))
                    .as("missing from server %d, linearizable", id)
                    .isEmpty();
            awaitCaughtUp(id);
            assertThat(ReadBack.missing(cluster.client(id), acknowledged, KvClient::getLocal))
                    .as("missing from server %d's own copy", id)
                    .isEmpty();
        }
    }
}
