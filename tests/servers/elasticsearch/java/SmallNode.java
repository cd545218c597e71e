// In this package because the parts that a Node is constructed from can only be replaced from inside it.
package org.elasticsearch.node;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.http.HttpServerTransport;
import org.elasticsearch.plugins.HttpPlugin;
import org.elasticsearch.plugins.PluginsLoader;
import org.elasticsearch.plugins.PluginsService;

/**
 * One node for tests: SmallNode HOME [setting=value[,value] ...]. Says "http PORT" on its standard output once it answers, and
 * ends when its standard input does: the system closes that when the test run is gone, however it went.
 */
public final class SmallNode extends Node {
    private SmallNode(Settings settings) {
        super(NodeConstruction.prepareConstruction(
            new Environment(settings, null),
            PluginsLoader.createPluginsLoader(Set.of(), Set.of(), Map.of(), false),
            new NodeServiceProvider() {
                @Override
                PluginsService newPluginService(Environment environment, PluginsLoader loader) {
                    return new HttpPlugin(settings, loader);
                }
            },
            true));
    }

    public static void main(String[] arguments) throws Exception {
        LogConfigurator.configureESLogging();
        Node node = new SmallNode(settings(arguments));
        node.start();
        int port = node.injector().getInstance(HttpServerTransport.class).boundAddress().publishAddress().getPort();
        System.out.println("http " + port);
        while (System.in.read() >= 0) {
            // Nothing is said to the node; only the end of its input counts.
        }
        Runtime.getRuntime().halt(0);
    }

    private static Settings settings(String[] arguments) {
        Settings.Builder settings = Settings.builder()
            .put("path.home", arguments[0])
            .put("node.name", Path.of(arguments[0]).getFileName().toString())
            .put("cluster.name", "elijah-tests")
            .put("network.host", "127.0.0.1")
            .put("http.port", "0")
            .put("transport.port", "0")
            .put("node.processors", 2)
            .put("indices.breaker.total.use_real_memory", false)
            .put("cluster.routing.allocation.disk.threshold_enabled", false);
        for (int at = 1; at < arguments.length; at++) {
            String[] pair = arguments[at].split("=", 2);
            if (pair[1].contains(",")) {
                settings.putList(pair[0], pair[1].split(","));
            } else {
                settings.put(pair[0], pair[1]);
            }
        }
        return settings.build();
    }
}
