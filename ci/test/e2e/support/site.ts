import { type Administered, administered } from './administered.ts';
import { type App, appOfExample } from './apps.ts';
import { type Shared, shared } from './shared.ts';

/** A namespace made with k8s/, and an app to be delivered there. */
export interface Site extends Administered {
  all: Shared;
  app: App;
}

/** One for the tests of a file, made by the first that asks for it; it is gone after them. */
export function siteOfFile(): () => Promise<Site> {
  let made: Promise<Site> | undefined;
  return () => {
    made ??= shared().then(async (all) => ({ all, app: appOfExample(), ...(await administered(all)) }));
    return made;
  };
}
