package io.balsa.raft.examples.kvstore;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Servers as processes of their own on this machine, with ids from 1 on: what can really be killed. They end with this
 * process, however it ends, because each watches the pipe that is its standard input.
 *
 * <p>Ports are found by taking free ones and giving them back, so another program may be quicker. A server that does not
 * come up is therefore started again a few times.
 */
final class LocalCluster implements AutoCloseable {

    private static final Duration COMES_UP_WITHIN = Duration.ofSeconds(30);
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);
    private static final int STARTS = 3;

    /**
     * How the servers are started.
     *
     * @param founders how many found the cluster; those with higher ids join it
     * @param slots how many there can be
     * @param electionTimeout of all of them
     * @param heap of each process, as in {@code -Xmx192m}
     * @param program the class that is run, and takes the arguments of {@code kvstore server}
     * @param extras more arguments
     */
    record Options(
            int founders, int slots, Duration electionTimeout, String heap, String program, List<String> extras) {

        Options {
            extras = List.copyOf(extras);
        }

        /** Servers as users run them, all of which found the cluster. */
        static Options of(int size, Duration electionTimeout) {
            return new Options(size, size, electionTimeout, "192m", KvStoreMain.class.getName(), List.of());
        }

        /** Room for so many. */
        Options withSlots(int count) {
            return new Options(founders, count, electionTimeout, heap, program, extras);
        }

        Options withHeap(String size) {
            return new Options(founders, slots, electionTimeout, size, program, extras);
        }

        Options withProgram(String mainClass) {
            return new Options(founders, slots, electionTimeout, heap, mainClass, extras);
        }

        Options withExtras(String... more) {
            List<String> all = new ArrayList<>(extras);
            all.addAll(List.of(more));
            return new Options(founders, slots, electionTimeout, heap, program, all);
        }
    }

    private final Path directory;
    private final String classPath;
    private final Options options;
    private final List<URI> raft = new ArrayList<>();
    private final List<URI> clients = new ArrayList<>();
    private final SortedMap<Long, Process> running = new TreeMap<>();
    private final SortedSet<Long> joining = new TreeSet<>();
    private final KvClient prober;

    /** A cluster of {@code size} servers that keep their files and logs below {@code directory}, none of them running. */
    LocalCluster(Path directory, String classPath, int size, Duration electionTimeout) throws IOException {
        this(directory, classPath, Options.of(size, electionTimeout));
    }

    /** A cluster like that, started as it is said. */
    LocalCluster(Path directory, String classPath, Options options) throws IOException {
        this.directory = directory;
        this.classPath = classPath;
        this.options = options;
        int size = options.slots();
        List<URI> free = freeAddresses(2 * size);
        raft.addAll(free.subList(0, size));
        clients.addAll(free.subList(size, 2 * size));
        prober = new KvClient(clients, Duration.ofSeconds(2), KvClient.UnknownOutcome.FAIL);
    }

    private LocalCluster(LocalCluster other, Options options) {
        directory = other.directory;
        classPath = other.classPath;
        this.options = options;
        raft.addAll(other.raft);
        clients.addAll(other.clients);
        prober = other.prober;
    }

    /** The same places, for servers that are started with more arguments. Knows nothing of those that run already. */
    LocalCluster with(List<String> more) {
        return new LocalCluster(this, options.withExtras(more.toArray(String[]::new)));
    }

    /** So many addresses on loopback that were free a moment ago. */
    static List<URI> freeAddresses(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        List<URI> addresses = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                sockets.add(socket);
                addresses.add(URI.create("http://127.0.0.1:" + socket.getLocalPort()));
            }
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
        return addresses;
    }

    /** Client addresses of all servers, in the order of their ids. */
    List<URI> clients() {
        return List.copyOf(clients);
    }

    /** Client address of one server. */
    URI client(long id) {
        return clients.get((int) id - 1);
    }

    /** Where the other servers reach this one. */
    URI raftAddress(long id) {
        return raft.get((int) id - 1);
    }

    /** Begins to start a server; {@link #awaitUp} waits for it. */
    void start(long id) throws IOException {
        start(id, id > options.founders());
    }

    /** Begins to start a server that joins a cluster that exists, whatever its id is: one whose directory was wiped. */
    void startJoining(long id) throws IOException {
        start(id, true);
    }

    private void start(long id, boolean joins) throws IOException {
        if (joins) {
            joining.add(id);
        } else {
            joining.remove(id);
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + options.heap(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                options.program()));
        command.addAll(joins ? joiningArguments(id) : serverArguments(id));
        command.add("--stop-with-stdin");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(logOf(id).toFile()))
                .start();
        running.put(id, process);
    }

    /** The command line of a founder, after {@code java -jar kvstore.jar}. */
    List<String> serverArguments(long id) {
        return arguments(id, raft.subList(0, options.founders()));
    }

    private List<String> joiningArguments(long id) {
        List<URI> others = new ArrayList<>(raft);
        others.remove((int) id - 1);
        List<String> arguments = arguments(id, others);
        arguments.add("--join");
        return arguments;
    }

    private List<String> arguments(long id, List<URI> peers) {
        String listed = peers.stream()
                .map(address -> (raft.indexOf(address) + 1) + "=" + address)
                .collect(Collectors.joining(","));
        List<String> arguments = new ArrayList<>(List.of("server", "--id", "" + id, "--peers", listed));
        arguments.addAll(List.of("--listen", raftAddress(id).getAuthority()));
        arguments.addAll(List.of("--http", client(id).getAuthority()));
        arguments.addAll(List.of("--data", dataOf(id).toString()));
        long timeout = options.electionTimeout().toMillis();
        arguments.addAll(List.of("--election-timeout", timeout + "ms", "--heartbeat", timeout / 10 + "ms"));
        arguments.addAll(options.extras());
        return arguments;
    }

    Path dataOf(long id) {
        return directory.resolve("server-" + id);
    }

    /** What the server said, for when something is wrong. */
    Path logOf(long id) {
        return directory.resolve("server-" + id + ".log");
    }

    /** Starts all founders and waits until they answer. */
    void startAll() throws IOException {
        for (long id = 1; id <= options.founders(); id++) {
            start(id);
        }
        for (long id = 1; id <= options.founders(); id++) {
            awaitUp(id);
        }
    }

    /** Waits until a server that was started answers, and starts it again if it ended instead. */
    void awaitUp(long id) throws IOException {
        for (int i = 1; i <= STARTS; i++) {
            boolean joins = joining.contains(id);
            boolean answered = await(COMES_UP_WITHIN, () -> !isAlive(id) || answers(id));
            if (answered && isAlive(id)) {
                return;
            }
            kill(id);
            if (i < STARTS) {
                start(id, joins);
            }
        }
        throw new IOException("server " + id + " does not come up; it said: "
                + Files.readString(logOf(id)).strip());
    }

    /** The process of a server that was started. */
    Process process(long id) {
        return Objects.requireNonNull(running.get(id), () -> "server " + id + " was never started");
    }

    private boolean isAlive(long id) {
        Process process = running.get(id);
        return process != null && process.isAlive();
    }

    private boolean answers(long id) {
        try {
            return stats(id).path("id").asLong(0) == id;
        } catch (KvClientException e) {
            return false;
        }
    }

    /** Kills a server the hard way (kill -9) and waits until it is gone. */
    void kill(long id) {
        Process process = running.get(id);
        if (process != null) {
            process.destroyForcibly();
            process.onExit().join();
        }
    }

    /** Stops a server in the middle of whatever it does, until {@link #resume}: it keeps its connections and says nothing. */
    void pause(long id) throws IOException {
        signal(id, "STOP");
    }

    /** Lets a server go on that was paused. */
    void resume(long id) throws IOException {
        signal(id, "CONT");
    }

    private void signal(long id, String name) throws IOException {
        Process kill = new ProcessBuilder("kill", "-" + name, "" + process(id).pid())
                .redirectErrorStream(true)
                .start();
        int exitCode = kill.onExit().join().exitValue();
        if (exitCode != 0) {
            throw new IOException("kill -" + name + " of server " + id + " ended with " + exitCode);
        }
    }

    /** Kills all servers at once. */
    void killAll() {
        running.values().forEach(Process::destroyForcibly);
        running.keySet().forEach(this::kill);
    }

    JsonNode stats(long id) {
        return prober.stats(client(id));
    }

    /** Ids of the servers that answer, with what they say. */
    Map<Long, JsonNode> allStats() {
        Map<Long, JsonNode> all = new TreeMap<>();
        running.forEach((id, process) -> {
            if (process.isAlive() && answers(id)) {
                all.put(id, stats(id));
            }
        });
        return all;
    }

    /** The server that leads in the highest term anybody knows, or 0 if none says it does. */
    long leader() {
        return allStats().entrySet().stream()
                .filter(entry -> entry.getValue().path("role").asString("").equals("leader"))
                .max(java.util.Comparator.comparingLong(
                        entry -> entry.getValue().path("term").asLong(0)))
                .map(Map.Entry::getKey)
                .orElse(0L);
    }

    /** Looks again and again until this holds: false if it does not in time. */
    static boolean await(Duration within, BooleanSupplier condition) {
        long deadline = System.nanoTime() + within.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            try {
                TimeUnit.NANOSECONDS.sleep(LOOK_EVERY.toNanos());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        killAll();
    }
}
