import { type Administered, administered } from './administered.ts';
import { type App, appOfExample } from './apps.ts';
import { type Shared, shared } from './shared.ts';

/** A namespace made with k8s/, and an app to be delivered there. */
export interface Site extends Administered {
  all: Shared;
  app: App;
}

let made: Promise<Site> | undefined;

export function site(): Promise<Site> {
  made ??= shared().then(async (all) => ({ all, app: appOfExample(), ...(await administered(all)) }));
  return made;
}
