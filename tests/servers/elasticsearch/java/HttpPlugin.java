// In this package because the hooks of PluginsService that say which plugins there are can only be overridden from inside it.
package org.elasticsearch.plugins;

import java.util.List;
import org.elasticsearch.Version;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.transport.netty4.Netty4Plugin;

/** A node without a plugins folder: its one plugin, HTTP over netty, comes from the class path. */
public final class HttpPlugin extends PluginsService {
    private final List<LoadedPlugin> plugins;

    public HttpPlugin(Settings settings, PluginsLoader loader) {
        super(settings, null, loader);
        String name = Netty4Plugin.class.getName();
        String java = Integer.toString(Runtime.version().feature());
        PluginDescriptor described = new PluginDescriptor(
            name, "from the class path", "1", Version.CURRENT.toString(), java, name, null, List.of(), false, false, false, false);
        Plugin plugin = loadPlugin(Netty4Plugin.class, settings, null);
        plugins = List.of(new LoadedPlugin(described, plugin, Netty4Plugin.class.getClassLoader()));
        loadExtensions(plugins);
    }

    @Override
    protected List<LoadedPlugin> plugins() {
        return plugins;
    }
}
