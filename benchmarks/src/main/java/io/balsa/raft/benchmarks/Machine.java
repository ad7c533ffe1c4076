package io.balsa.raft.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How long all processors together have been busy since the machine was started, with whatever process; not a number where
 * the system does not tell.
 */
record Machine(double busySeconds) {

    private static final Path STATISTICS = Path.of("/proc/stat");
    private static final double TICKS_PER_SECOND = 100; // what Linux shows to programs, on all its platforms of today
    private static final int IDLE = 3;
    private static final int WAITS_FOR_DISK = 4;
    private static final int LAST = 7; // what follows is part of the others

    static Machine look() throws IOException {
        if (!Files.isReadable(STATISTICS)) {
            return new Machine(Double.NaN);
        }
        List<String> ticks = List.of(Files.readAllLines(STATISTICS)
                .get(0)
                .substring("cpu".length())
                .strip()
                .split(" +", -1));
        double busy = 0;
        for (int i = 0; i <= LAST && i < ticks.size(); i++) {
            if (i != IDLE && i != WAITS_FOR_DISK) {
                busy += Double.parseDouble(ticks.get(i));
            }
        }
        return new Machine(busy / TICKS_PER_SECOND);
    }

    static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    static String facts() {
        return cores() + " cores, "
                + System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch") + ", "
                + System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version")
                + ", heap of at most "
                + (Runtime.getRuntime().maxMemory() >> 20) + " MiB per process";
    }
}
