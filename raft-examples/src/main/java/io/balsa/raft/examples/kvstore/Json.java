package io.balsa.raft.examples.kvstore;

import io.balsa.raft.RaftNode;
import io.balsa.raft.RaftStatus;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.storage.SnapshotInfo;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The JSON that clients send and get. */
final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    static Bytes write(Object value) {
        return Bytes.copyOf(MAPPER.writeValueAsBytes(value));
    }

    /**
     * The object that this is.
     *
     * @throws IllegalArgumentException if it is not one whole JSON object
     */
    static JsonNode readObject(byte[] json) {
        JsonNode node;
        try {
            node = MAPPER.readTree(json);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("the body is not JSON: " + e.getOriginalMessage(), e);
        }
        if (!node.isObject()) {
            throw new IllegalArgumentException("the body must be one JSON object");
        }
        return node;
    }

    /** What {@code POST /kv/{key}/cas} asks for: {@code {"expect": …, "value": …}}, both a string or null. */
    static KvCommand.CompareAndSet readCompareAndSet(String key, byte[] json) {
        JsonNode body = readObject(json);
        for (String name : body.propertyNames()) {
            if (!name.equals("expect") && !name.equals("value")) {
                throw new IllegalArgumentException("the body has 'expect' and 'value', but no '" + name + "'");
            }
        }
        return new KvCommand.CompareAndSet(key, textOrNull(body, "expect"), textOrNull(body, "value"));
    }

    private static Optional<Bytes> textOrNull(JsonNode body, String name) {
        JsonNode node = body.get(name);
        if (node == null || !(node.isNull() || node.isString())) {
            throw new IllegalArgumentException("the body needs '" + name + "', a string, or null for absent");
        }
        return node.isNull() ? Optional.empty() : Optional.of(Bytes.utf8(node.stringValue()));
    }

    /**
     * The actual value after a mismatch. JSON strings are text, so bytes that are not UTF-8 come in base 64 under another
     * name.
     */
    static Map<String, @Nullable Object> actual(Optional<Bytes> value) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        if (value.isPresent() && value.get().asText().isEmpty()) {
            json.put(
                    "actualBase64",
                    Base64.getEncoder().encodeToString(value.get().toArray()));
        } else {
            json.put("actual", value.flatMap(Bytes::asText).orElse(null));
        }
        return json;
    }

    /**
     * What {@code GET /stats} tells: one look at the node, so that no two of its values are of different moments, but
     * for its newest snapshot and how the members are.
     */
    static Map<String, @Nullable Object> stats(RaftNode node) {
        RaftStatus status = node.status();
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", status.identity().node().value());
        json.put("role", status.role().name().toLowerCase(Locale.ROOT));
        json.put("term", status.term());
        json.put("leaderId", status.leader().map(leader -> leader.id().value()).orElse(null));
        json.put("leaderAddress", status.leader().map(Member::address).orElse(null));
        json.put("commitIndex", status.commitIndex());
        json.put("appliedIndex", status.appliedIndex());
        json.put("lastIndex", status.lastIndex());
        json.put(
                "snapshotIndex",
                node.snapshots().latest().map(SnapshotInfo::index).orElse(0L));
        json.put("configuration", configuration(status));
        json.put("members", AdminJson.memberList(node.members(), status.membership()));
        return json;
    }

    private static Map<String, Object> configuration(RaftStatus status) {
        Membership membership = status.membership();
        List<Map<String, Object>> members = new ArrayList<>();
        for (Member member : membership.members().values()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("id", member.id().value());
            one.put("address", member.address());
            one.put("voter", membership.voters().contains(member.id()));
            if (membership.isJoint()) {
                one.put("outgoingVoter", membership.outgoingVoters().contains(member.id()));
            }
            members.add(one);
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("index", status.membershipIndex());
        json.put("members", members);
        return json;
    }
}
